namespace Orrery.Contracts;

/// <summary>
/// What evaluations of a model's versions must show before one of them goes to production: to the stage Production, or under the alias <c>production</c>. Without gates
/// nothing is asked.
/// </summary>
public sealed record EvaluationGates
{
    /// <summary>Thresholds as in an evaluation: <c>auc >= 0.8</c>, <c>demographic_parity_difference(female) &lt;= 0.1</c>, <c>delta.auc >= -0.01</c>. All must hold.</summary>
    public IReadOnlyList<string> Gates { get => field ?? []; init; }

    /// <summary>Days since the evaluation, 1 to 3650; any age without.</summary>
    public int? MaxAgeDays { get; init; }

    /// <summary>Rows that the evaluation must have been made on, at least.</summary>
    public long? MinRows { get; init; }

    /// <summary>Files, tables or training sets that the evaluation must have been made on, each and no others, as its sources name them; any without.</summary>
    public IReadOnlyList<string> Sources { get => field ?? []; init; }

    /// <summary>Id of an evaluation of the model when gates are set: what it was made on and how is pinned, in place of <see cref="Sources"/> and <see cref="Pinned"/>.</summary>
    public string? Reference { get; init; }

    /// <summary>What the evaluation must have been asked for besides; anything when absent.</summary>
    public EvaluationPins? Pinned { get; init; }

    /// <summary>Who set them; absent where there are none.</summary>
    public string? SetBy { get; init; }

    /// <summary>When they were set.</summary>
    public DateTimeOffset? SetAt { get; init; }
}

/// <summary>How a version stands to its model's gates.</summary>
public sealed record EvaluationGateCheck
{
    /// <summary>Whether the version may go to production, as far as evaluations are concerned.</summary>
    public bool Passed { get; init; }

    /// <summary>The evaluation that was looked at: the newest of those that count.</summary>
    public string? EvaluationId { get; init; }

    /// <summary>The gates; empty where there are none, or no evaluation counts.</summary>
    public IReadOnlyList<EvaluationGate> Gates { get => field ?? []; init; }

    /// <summary>Why it may not, and what to run.</summary>
    public string? Reason { get; init; }
}
