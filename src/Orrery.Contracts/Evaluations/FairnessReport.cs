namespace Orrery.Contracts;

/// <summary>Fairness over a protected attribute, or an intersection of some.</summary>
public sealed record FairnessReport
{
    /// <summary>Column, or columns joined by <c>*</c>.</summary>
    public string Attribute { get => field ?? ""; init; }

    /// <summary>The privileged group, when one was named.</summary>
    public string? Privileged { get; init; }

    /// <summary>Groups by value.</summary>
    public IReadOnlyList<FairnessGroup> Groups { get => field ?? []; init; }

    /// <summary>Disparities between the groups and to the whole.</summary>
    public IReadOnlyList<FairnessMetric> Metrics { get => field ?? []; init; }
}

/// <summary>A group of a protected attribute.</summary>
public sealed record FairnessGroup
{
    /// <summary>Value, or values joined by <c>*</c>.</summary>
    public string Value { get => field ?? ""; init; }

    /// <summary>Rows; absent when suppressed.</summary>
    public long? Rows { get; init; }

    /// <summary>Positives; absent when suppressed, and of a regression.</summary>
    public long? Positives { get; init; }

    /// <summary>Rates and errors, with intervals; those of too few rows, positives or negatives are undefined.</summary>
    public IReadOnlyList<EvaluationMetric> Metrics { get => field ?? []; init; }

    /// <summary>Signed differences to the privileged group, and the ratio of selection rates.</summary>
    public IReadOnlyList<EvaluationMetric> ToPrivileged { get => field ?? []; init; }

    /// <summary>The four-fifths rule; absent for a regression and where the selection rate is undefined.</summary>
    public FourFifths? FourFifths { get; init; }
}

/// <summary>A group's selection rate beside the highest (29 CFR 1607.4(D)).</summary>
public sealed record FourFifths
{
    /// <summary>The group of the highest rate.</summary>
    public string Reference { get => field ?? ""; init; }

    /// <summary>Rate divided by the highest.</summary>
    public double ImpactRatio { get; init; }

    /// <summary>Whether it is below 0.8.</summary>
    public bool BelowFourFifths { get; init; }

    /// <summary><c>two_proportion_z</c>, <c>fisher_exact</c> or, under weights, <c>weighted_proportion_z</c>; absent for the reference group, and where there is none.</summary>
    public string? Test { get; init; }

    /// <summary>Why there is no test; absent where there is one, and for the reference group.</summary>
    public string? Undefined { get; init; }

    /// <summary>Two-sided; absent for the reference group.</summary>
    public double? PValue { get; init; }

    /// <summary>Whether the rates differ at the confidence of the evaluation.</summary>
    public bool Significant { get; init; }
}

/// <summary>A disparity over the groups of an attribute.</summary>
public sealed record FairnessMetric
{
    /// <summary>Name: <c>demographic_parity_difference</c>; ending in <c>_to_overall</c> when groups are compared with the whole.</summary>
    public string Name { get => field ?? ""; init; }

    /// <summary>Value over all groups; absent when a group is undefined.</summary>
    public double? Value { get; init; }

    /// <summary>Lower bound of the interval.</summary>
    public double? Lower { get; init; }

    /// <summary>Upper bound of the interval.</summary>
    public double? Upper { get; init; }

    /// <summary>Value over the groups that are defined, where some are not.</summary>
    public double? OfDefinedGroups { get; init; }

    /// <summary>Which groups are undefined, and why.</summary>
    public string? Undefined { get; init; }
}
