namespace Orrery.Serving;

/// <summary>A prediction on its way to the log, with copies of its tensors. Used again for another.</summary>
internal sealed class LogEntry
{
    public ActiveDeployment Deployment { get; private set; } = null!;

    public ActiveVariant Variant { get; private set; } = null!;

    public PredictionFacts Facts { get; private set; }

    /// <summary>Whether the log has it; else it is for a line of text only.</summary>
    public bool IsKept { get; private set; }

    /// <summary>How a shadow's answer compares; null for an answer that was given.</summary>
    public Comparison? Comparison { get; private set; }

    /// <summary>Where inputs that were looked up came from; null for none.</summary>
    public LookupRecord? LookedUp { get; private set; }

    /// <summary>Whom a row is about, as the caller said or as it was looked up; null when nobody said.</summary>
    public string? Entity(int row) => Facts.Entity ?? LookedUp?.Entity(row);

    public long Rows { get; private set; }

    public TensorList Inputs { get; } = new();

    public TensorList Outputs { get; } = new();

    /// <summary>Bytes of its tensors.</summary>
    public long Bytes { get; private set; }

    /// <summary>Takes copies of all that it needs.</summary>
    public void Fill(
        ActiveDeployment deployment, ActiveVariant variant, InferenceCall call, in PredictionFacts facts, bool isKept, Comparison? comparison, long bytes, LookupRecord? shared = null)
    {
        (Deployment, Variant, Facts, IsKept, Comparison, Bytes) = (deployment, variant, facts with { Lookup = null }, isKept, comparison, bytes);
        LookedUp = LookupRecord.Of(facts.Lookup) ?? shared;
        Rows = Math.Max(1, call.Rows);
        if (isKept && deployment.Log!.Inputs)
            Inputs.CopyFrom(call.Inputs);
        if (!isKept || deployment.Log!.Outputs)
            Outputs.CopyFrom(call.Outputs);
    }

    public void Reset()
    {
        (Deployment, Variant, Facts, Comparison, LookedUp) = (null!, null!, default, null, null);
        Inputs.Reset();
        Outputs.Reset();
    }
}
