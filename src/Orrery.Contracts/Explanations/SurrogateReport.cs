namespace Orrery.Contracts;

/// <summary>A small decision tree that says about what the model says, and how nearly.</summary>
public sealed record SurrogateReport
{
    /// <summary>Most conditions of a rule.</summary>
    public int Depth { get; init; }

    /// <summary>Rows that it was grown on.</summary>
    public int Rows { get; init; }

    /// <summary>Other rows, on which its fidelity was measured.</summary>
    public int HeldOutRows { get; init; }

    /// <summary>Of the model's answers on the held-out rows the share of their variance that the tree explains (R²); absent when the answers are all the same.</summary>
    public double? R2 { get; init; }

    /// <summary>Of a class, share of the held-out rows for which tree and model agree whether its probability is 0.5 or more; absent for a regression.</summary>
    public double? Agreement { get; init; }

    /// <summary>Its leaves; exactly one rule holds for each row.</summary>
    public IReadOnlyList<SurrogateRule> Rules { get => field ?? []; init; }
}

/// <summary>A leaf as a rule.</summary>
public sealed record SurrogateRule
{
    /// <summary>What must all be true: <c>tenure &lt;= 12.5</c>, <c>contract in ("Monthly")</c>; none for a tree of one leaf.</summary>
    public IReadOnlyList<string> Conditions { get => field ?? []; init; }

    /// <summary>Mean of the model's answers where it holds.</summary>
    public double Output { get; init; }

    /// <summary>Share of the rows that it was grown on.</summary>
    public double Share { get; init; }
}
