namespace Orrery.Contracts;

/// <summary>
/// The risk of a version in an environment: five dimensions of 0 to 10, from what was declared and what the platform knows (GOV-01). What nobody declared and
/// nothing is known of counts 10.
/// </summary>
public sealed record RiskAssessment
{
    /// <summary>Registered model.</summary>
    public string Model { get => field ?? ""; init; }

    /// <summary>Its version's number.</summary>
    public string Version { get => field ?? ""; init; }

    /// <summary>Environment it is assessed for.</summary>
    public string Environment { get => field ?? ""; init; }

    /// <summary>The sum of the dimensions, 0 to 50.</summary>
    public int Score { get; init; }

    /// <summary><c>low</c> below 15, <c>medium</c> below 30, else <c>high</c> (GOV-02).</summary>
    public string Tier { get => field ?? ""; init; }

    /// <summary><c>business_impact</c>, <c>customer_exposure</c>, <c>data_sensitivity</c>, <c>regulatory_scope</c>, <c>explainability_need</c>.</summary>
    public IReadOnlyList<RiskDimension> Dimensions { get => field ?? []; init; }

    /// <summary>What asks for people whatever the score (GOV-09); empty for nothing.</summary>
    public IReadOnlyList<RiskTrigger> Triggers { get => field ?? []; init; }

    /// <summary>SHA-256 of what it was computed from, lower-case hexadecimal: the same facts give the same.</summary>
    public string Sha256 { get => field ?? ""; init; }

    /// <summary>When it was computed.</summary>
    public DateTimeOffset At { get; init; }
}

/// <summary>One dimension of risk.</summary>
public sealed record RiskDimension
{
    /// <summary>Its name.</summary>
    public string Name { get => field ?? ""; init; }

    /// <summary>0 to 10.</summary>
    public int Score { get; init; }

    /// <summary>What it is so high for, the highest first.</summary>
    public IReadOnlyList<RiskEvidence> Evidence { get => field ?? []; init; }
}

/// <summary>One ground of a dimension's score.</summary>
public sealed record RiskEvidence
{
    /// <summary><c>declared</c>, <c>known</c> or <c>unanswered</c>.</summary>
    public string Source { get => field ?? ""; init; }

    /// <summary>The question or fact, such as <c>pii_columns</c>.</summary>
    public string Name { get => field ?? ""; init; }

    /// <summary>What was answered or found.</summary>
    public string Value { get => field ?? ""; init; }

    /// <summary>What it alone would give, 0 to 10.</summary>
    public int Score { get; init; }
}

/// <summary>One thing that asks for people.</summary>
public sealed record RiskTrigger
{
    /// <summary><c>first_production</c>, <c>pii</c>, <c>financial_impact</c>, <c>regulated_domain</c> or <c>critical_system</c>.</summary>
    public string Name { get => field ?? ""; init; }

    /// <summary>Why, for people.</summary>
    public string Reason { get => field ?? ""; init; }
}

/// <summary>One of the conditions of automatic approval (GOV-08).</summary>
public sealed record AutomaticCheck
{
    /// <summary><c>performance</c>, <c>bias</c>, <c>lineage</c>, <c>tests</c>, <c>no_pii</c> or <c>non_production</c>.</summary>
    public string Name { get => field ?? ""; init; }

    /// <summary>Whether it holds.</summary>
    public bool Passed { get; init; }

    /// <summary>What was found, or what is missing and how to get it.</summary>
    public string Reason { get => field ?? ""; init; }
}
