namespace Orrery.Contracts;

/// <summary>What is asked about a model to measure its risk: data with a version of its own.</summary>
public sealed record RiskQuestionnaire
{
    /// <summary>Its version; answers and assessments name it.</summary>
    public string Version { get => field ?? ""; init; }

    /// <summary>The questions, by dimension.</summary>
    public IReadOnlyList<RiskQuestion> Questions { get => field ?? []; init; }
}

/// <summary>One question.</summary>
public sealed record RiskQuestion
{
    /// <summary>Its id, such as <c>financial_impact</c>.</summary>
    public string Id { get => field ?? ""; init; }

    /// <summary>The dimension that it raises.</summary>
    public string Dimension { get => field ?? ""; init; }

    /// <summary><c>choice</c> (one value), <c>choices</c> (several with commas) or <c>number</c>.</summary>
    public string Kind { get => field ?? ""; init; }

    /// <summary>The question, for people.</summary>
    public string Text { get => field ?? ""; init; }

    /// <summary>Unit of a number: <c>USD a year</c>, <c>people</c>.</summary>
    public string? Unit { get; init; }

    /// <summary>What may be answered; of a number, bands by their upper bound.</summary>
    public IReadOnlyList<RiskChoice> Choices { get => field ?? []; init; }
}

/// <summary>An answer that may be given, or a band of numbers.</summary>
public sealed record RiskChoice
{
    /// <summary>The answer; of a band its upper bound, inclusive, or <c>more</c>.</summary>
    public string Value { get => field ?? ""; init; }

    /// <summary>What it means, for people.</summary>
    public string Text { get => field ?? ""; init; }

    /// <summary>0 to 10.</summary>
    public int Score { get; init; }

    /// <summary>What it triggers (GOV-09); absent for nothing.</summary>
    public string? Trigger { get; init; }

    /// <summary>True for a practice that the law prohibits: such a model is not approved at all.</summary>
    public bool Prohibited { get; init; }
}
