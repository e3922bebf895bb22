namespace Orrery.Contracts;

/// <summary>How an evaluation must have been made so that gates look at it. What is absent may be anything.</summary>
public sealed record EvaluationPins
{
    /// <summary><c>binary</c>, <c>multiclass</c> or <c>regression</c>.</summary>
    public string? Task { get; init; }

    /// <summary>Column with the truth.</summary>
    public string? Label { get; init; }

    /// <summary>The label's value that is looked for; empty for the one that evaluations take by themselves.</summary>
    public string? Positive { get; init; }

    /// <summary>Score from which on a row is predicted positive.</summary>
    public double? Threshold { get; init; }

    /// <summary>Column of row weights; empty for none.</summary>
    public string? Weight { get; init; }

    /// <summary>Columns that the model knows under other names, all of them; empty for none.</summary>
    public IReadOnlyDictionary<string, string>? Columns { get; init; }

    /// <summary>The data's columns in the model's order; empty for none.</summary>
    public IReadOnlyList<string>? Features { get; init; }

    /// <summary>Version that is compared with; empty for none.</summary>
    public string? Baseline { get; init; }

    /// <summary>SHA-256 of the files, each and no others.</summary>
    public IReadOnlyList<string>? SourceSha256 { get; init; }

    /// <summary>Seed of the resamples.</summary>
    public long? Seed { get; init; }

    /// <summary>Bootstrap resamples, at least.</summary>
    public int? MinResamples { get; init; }

    /// <summary>Confidence of the intervals.</summary>
    public double? Confidence { get; init; }

    /// <summary>Kind of the bootstrap intervals.</summary>
    public string? Interval { get; init; }
}
