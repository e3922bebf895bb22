namespace Orrery.Serving;

/// <summary>Tells of answered predictions: the log, the lines, the shadows. For every protocol to call once the answer is out, while the tensors are there.</summary>
internal sealed class PredictionObserver(PredictionLog log, Shadows shadows)
{
    /// <summary>Waits for nothing and never throws for a lack of room.</summary>
    public void Answered(ActiveDeployment deployment, ActiveVariant variant, InferenceCall call, in PredictionFacts facts)
    {
        log.Offer(deployment, variant, call, facts);
        if (deployment.Shadows.Count > 0)
            shadows.Offer(deployment, call, facts);
    }
}
