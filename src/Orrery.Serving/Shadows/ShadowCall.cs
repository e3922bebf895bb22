namespace Orrery.Serving;

/// <summary>A request for a shadow, and what was answered to it. Used again for another.</summary>
internal sealed class ShadowCall
{
    public ActiveDeployment Deployment { get; private set; } = null!;

    public ActiveVariant Shadow { get; private set; } = null!;

    public PredictionFacts Facts { get; private set; }

    /// <summary>Where inputs that were looked up came from; null for none.</summary>
    public LookupRecord? LookedUp { get; private set; }

    /// <summary>The request, and then the shadow's answer.</summary>
    public InferenceCall Call { get; } = new();

    /// <summary>What the caller was told.</summary>
    public TensorList Given { get; } = new();

    /// <summary>Takes copies of all that it needs.</summary>
    public void Fill(ActiveDeployment deployment, ActiveVariant shadow, InferenceCall call, in PredictionFacts facts)
    {
        (Deployment, Shadow, Facts, LookedUp) = (deployment, shadow, facts with { Lookup = null }, LookupRecord.Of(facts.Lookup));
        Call.Inputs.CopyFrom(call.Inputs);
        Given.CopyFrom(call.Outputs);
    }

    public void Reset()
    {
        (Deployment, Shadow, Facts, LookedUp) = (null!, null!, default, null);
        Call.Reset();
        Given.Reset();
    }
}
