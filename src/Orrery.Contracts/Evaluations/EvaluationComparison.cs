namespace Orrery.Contracts;

/// <summary>A paired comparison with another version on the same rows.</summary>
public sealed record EvaluationComparison
{
    /// <summary><c>baseline</c> or <c>production</c>.</summary>
    public string Against { get => field ?? ""; init; }

    /// <summary>The other version's number.</summary>
    public string Version { get => field ?? ""; init; }

    /// <summary>SHA-256 of its package.</summary>
    public string ModelSha256 { get => field ?? ""; init; }

    /// <summary>Metric by metric.</summary>
    public IReadOnlyList<PairedMetric> Metrics { get => field ?? []; init; }

    /// <summary>Correction of the p-values.</summary>
    public string Correction { get => field ?? ""; init; }

    /// <summary>Resamples of the paired bootstrap over rows by truth and predictions, 10,000 or more; 0 where there is none.</summary>
    public int Resamples { get; init; }

    /// <summary>Rows on which this version alone is right; of classifiers.</summary>
    public long? OnlyThisRight { get; init; }

    /// <summary>Rows on which the other version alone is right; of classifiers.</summary>
    public long? OnlyOtherRight { get; init; }

    /// <summary>Why it could not be compared.</summary>
    public string? Undefined { get; init; }
}

/// <summary>A metric of two versions on the same rows.</summary>
public sealed record PairedMetric
{
    /// <summary>Name.</summary>
    public string Name { get => field ?? ""; init; }

    /// <summary>Of this version.</summary>
    public double? Value { get; init; }

    /// <summary>Of the other.</summary>
    public double? Other { get; init; }

    /// <summary>This less the other.</summary>
    public double? Difference { get; init; }

    /// <summary>Lower bound of the difference's interval.</summary>
    public double? Lower { get; init; }

    /// <summary>Upper bound of the difference's interval.</summary>
    public double? Upper { get; init; }

    /// <summary><c>mcnemar_exact</c>, <c>mcnemar_corrected</c>, <c>delong</c>, <c>paired_t</c>, <c>weighted_paired_t</c>, <c>wilcoxon</c>, <c>paired_bootstrap</c> or
    /// <c>paired_bootstrap_normal</c> (the bootstrap's deviation, and the normal distribution); absent where there is no test.</summary>
    public string? Test { get; init; }

    /// <summary>Why there is no test.</summary>
    public string? Undefined { get; init; }

    /// <summary>Two-sided.</summary>
    public double? PValue { get; init; }

    /// <summary>Corrected for the number of metrics.</summary>
    public double? AdjustedPValue { get; init; }
}

/// <summary>A gate and what came of it.</summary>
public sealed record EvaluationGate
{
    /// <summary>As it was given.</summary>
    public string Gate { get => field ?? ""; init; }

    /// <summary><c>passed</c>, <c>failed</c> or <c>ignored</c>.</summary>
    public string Outcome { get => field ?? ""; init; }

    /// <summary>What was measured; absent when it is undefined.</summary>
    public double? Value { get; init; }

    /// <summary>Why it failed or was ignored.</summary>
    public string? Reason { get; init; }
}
