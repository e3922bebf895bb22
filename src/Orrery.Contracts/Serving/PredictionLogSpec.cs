namespace Orrery.Contracts;

/// <summary>Which predictions of a deployment are kept in its log, and what of them.</summary>
public sealed record PredictionLogSpec
{
    /// <summary>Share of the predictions that are kept, 0 to 1, chosen by their ids; absent for all.</summary>
    public double? Sample { get; init; }

    /// <summary>False to leave the inputs out. Absent for true.</summary>
    public bool? Inputs { get; init; }

    /// <summary>False to leave the outputs out. Absent for true.</summary>
    public bool? Outputs { get; init; }

    /// <summary>False to leave the user's key and the entities out. Absent for true.</summary>
    public bool? User { get; init; }

    /// <summary>Days after which the log is deleted, 1 to 3,650; absent for 90.</summary>
    public int? RetentionDays { get; init; }
}
