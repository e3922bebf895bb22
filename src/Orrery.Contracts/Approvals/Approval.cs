namespace Orrery.Contracts;

/// <summary>What was asked for a version in an environment, who decides on it, and what came of it.</summary>
public sealed record Approval
{
    /// <summary>Id: 32 hexadecimal digits.</summary>
    public string Id { get => field ?? ""; init; }

    /// <summary>Registered model.</summary>
    public string Model { get => field ?? ""; init; }

    /// <summary>Its version's number.</summary>
    public string Version { get => field ?? ""; init; }

    /// <summary>Environment whose traffic it is for.</summary>
    public string Environment { get => field ?? ""; init; }

    /// <summary>
    /// <c>pending</c>; <c>approved</c>, while it stands; or <c>rejected</c>, <c>withdrawn</c> (by who asked), <c>expired</c>, <c>voided</c> (what was decided on
    /// has changed) and <c>revoked</c>, which are final.
    /// </summary>
    public string State { get => field ?? ""; init; }

    /// <summary><c>approval</c>, <c>automatic</c>, <c>waiver</c> or <c>inherited</c>, as in <see cref="ApprovalToken"/>.</summary>
    public string Kind { get => field ?? ""; init; }

    /// <summary><c>low</c>, <c>medium</c> or <c>high</c> at the request.</summary>
    public string Tier { get => field ?? ""; init; }

    /// <summary>Score of risk at the request, 0 to 50.</summary>
    public int Score { get; init; }

    /// <summary>What asked for people whatever the score.</summary>
    public IReadOnlyList<RiskTrigger> Triggers { get => field ?? []; init; }

    /// <summary>The conditions of automatic approval, as they were asked last.</summary>
    public IReadOnlyList<AutomaticCheck> Checks { get => field ?? []; init; }

    /// <summary>What policies said without refusing; of a waiver also what they refused.</summary>
    public IReadOnlyList<string> Warnings { get => field ?? []; init; }

    /// <summary>SHA-256 of what is decided on: <c>model</c>, <c>training_set</c>, <c>evaluation</c>, <c>card</c>, <c>policy</c>, <c>risk</c>, <c>remote</c>. What is not there is left out.</summary>
    public IReadOnlyDictionary<string, string> Pins { get => field ?? new Dictionary<string, string>(); init; }

    /// <summary>The endpoint elsewhere that is to answer for the version, which <c>remote</c> of <see cref="Pins"/> is the hash of; null when the version itself does.</summary>
    public RemoteSpec? Remote { get; init; }

    /// <summary>The evaluation that is pinned; null for none.</summary>
    public string? EvaluationId { get; init; }

    /// <summary>The workflow it follows, as it was at the request.</summary>
    public ApprovalWorkflowRef? Workflow { get; init; }

    /// <summary>In order; empty for what no people decided.</summary>
    public IReadOnlyList<ApprovalStage> Stages { get => field ?? []; init; }

    /// <summary>Who asked.</summary>
    public string RequestedBy { get => field ?? ""; init; }

    /// <summary>When.</summary>
    public DateTimeOffset RequestedAt { get; init; }

    /// <summary>Why.</summary>
    public string Justification { get => field ?? ""; init; }

    /// <summary>The delivery that waits for it; null for none.</summary>
    public string? DeliveryId { get; init; }

    /// <summary>Hours that a waiver holds; null for none.</summary>
    public int? WaiverHours { get; init; }

    /// <summary>What must be done afterwards.</summary>
    public IReadOnlyList<ApprovalCondition> Conditions { get => field ?? []; init; }

    /// <summary>What people said, oldest first.</summary>
    public IReadOnlyList<ApprovalNote> Comments { get => field ?? []; init; }

    /// <summary>When a request that nobody decides on ends; null once it was decided on.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>When it was approved.</summary>
    public DateTimeOffset? ApprovedAt { get; init; }

    /// <summary>A revision that names the token must be made before.</summary>
    public DateTimeOffset? UseBy { get; init; }

    /// <summary>Traffic ends then; null for no end.</summary>
    public DateTimeOffset? NotAfter { get; init; }

    /// <summary>The signed token (<see cref="ApprovalToken"/>); null before it is approved.</summary>
    public string? Token { get; init; }

    /// <summary>How it ended; null while it is pending or stands.</summary>
    public ApprovalEnded? Ended { get; init; }
}

/// <summary>Names a workflow as it was.</summary>
public sealed record ApprovalWorkflowRef
{
    /// <summary>Its name.</summary>
    public string Name { get => field ?? ""; init; }

    /// <summary>Counts its changes in the workspace; 0 for one that is built in.</summary>
    public int Version { get; init; }

    /// <summary>SHA-256 of its canonical JSON.</summary>
    public string Sha256 { get => field ?? ""; init; }
}

/// <summary>How an approval ended.</summary>
public sealed record ApprovalEnded
{
    /// <summary>When.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>Why, for people.</summary>
    public string Reason { get => field ?? ""; init; }

    /// <summary>By whom; <c>system</c> for the platform.</summary>
    public string By { get => field ?? ""; init; }

    /// <summary>Whether traffic ended with it.</summary>
    public bool StopsTraffic { get; init; }
}

/// <summary>Something that an approver wants done afterwards.</summary>
public sealed record ApprovalCondition
{
    /// <summary>What, 1 to 2,000 characters.</summary>
    public string Text { get => field ?? ""; init; }

    /// <summary>Who sees to it: a person's name.</summary>
    public string Owner { get => field ?? ""; init; }

    /// <summary>Until when.</summary>
    public DateTimeOffset DueAt { get; init; }
}

/// <summary>Something that somebody said.</summary>
public sealed record ApprovalNote
{
    /// <summary>Who.</summary>
    public string By { get => field ?? ""; init; }

    /// <summary>When.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>What, 1 to 4,000 characters.</summary>
    public string Text { get => field ?? ""; init; }
}
