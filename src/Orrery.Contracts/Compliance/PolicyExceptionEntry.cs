namespace Orrery.Contracts;

/// <summary>Body of <c>POST /api/v1/exceptions</c>.</summary>
public sealed record NewPolicyExceptionEntry
{
    /// <summary>Key of the caller's, up to 200 characters, so that asking again asks for nothing new.</summary>
    public string? Key { get; init; }

    /// <summary>What is excepted from: a control (<c>soc2-cc8.1</c>, a row of the control map as <c>14</c>) or a rule of a policy.</summary>
    public string Control { get => field ?? ""; init; }

    /// <summary>Registered model it is for; absent for all.</summary>
    public string? Model { get; init; }

    /// <summary>Version it is for; absent for all.</summary>
    public string? Version { get; init; }

    /// <summary>Environment it is for; absent for all.</summary>
    public string? Environment { get; init; }

    /// <summary>Why, 1 to 4,000 characters.</summary>
    public string Reason { get => field ?? ""; init; }

    /// <summary>What is done instead, 1 to 4,000 characters.</summary>
    public string CompensatingMeasure { get => field ?? ""; init; }

    /// <summary>Who answers for it.</summary>
    public string Owner { get => field ?? ""; init; }

    /// <summary>When it ends, Unix milliseconds; within 366 days.</summary>
    public long ExpiresAt { get; init; }

    /// <summary>When it is looked at again, Unix milliseconds; without it, when half of its time is over.</summary>
    public long? ReviewAt { get; init; }
}

/// <summary>An exception from a control or a policy.</summary>
public sealed record PolicyExceptionEntry
{
    /// <summary>Id.</summary>
    public string Id { get => field ?? ""; init; }

    /// <summary>Key that it was asked for with.</summary>
    public string Key { get => field ?? ""; init; }

    /// <summary>What is excepted from.</summary>
    public string Control { get => field ?? ""; init; }

    /// <summary>Registered model it is for; absent for all.</summary>
    public string? Model { get; init; }

    /// <summary>Version it is for; absent for all.</summary>
    public string? Version { get; init; }

    /// <summary>Environment it is for; absent for all.</summary>
    public string? Environment { get; init; }

    /// <summary>Why.</summary>
    public string Reason { get => field ?? ""; init; }

    /// <summary>What is done instead.</summary>
    public string CompensatingMeasure { get => field ?? ""; init; }

    /// <summary>Who answers for it.</summary>
    public string Owner { get => field ?? ""; init; }

    /// <summary><c>requested</c>, <c>approved</c>, <c>rejected</c>, <c>revoked</c> or <c>expired</c>.</summary>
    public string State { get => field ?? ""; init; }

    /// <summary>When it ends, Unix milliseconds.</summary>
    public long ExpiresAt { get; init; }

    /// <summary>When it is looked at again, Unix milliseconds.</summary>
    public long ReviewAt { get; init; }

    /// <summary>Whether it stands and its review is past due; computed.</summary>
    public bool IsReviewOverdue { get; init; }

    /// <summary>Who asked for it.</summary>
    public string RequestedBy { get => field ?? ""; init; }

    /// <summary>Id of their account; absent where nobody has to sign in.</summary>
    public string? RequestedById { get; init; }

    /// <summary>When, Unix milliseconds.</summary>
    public long RequestedAt { get; init; }

    /// <summary>Who decided.</summary>
    public string? DecidedBy { get; init; }

    /// <summary>When, Unix milliseconds.</summary>
    public long? DecidedAt { get; init; }

    /// <summary>What was said at the decision.</summary>
    public string? DecisionNote { get; init; }

    /// <summary>Who revoked it.</summary>
    public string? RevokedBy { get; init; }

    /// <summary>When, Unix milliseconds.</summary>
    public long? RevokedAt { get; init; }

    /// <summary>Reviews while it stood, oldest first.</summary>
    public IReadOnlyList<ExceptionReview> Reviews { get => field ?? []; init; }
}

/// <summary>A look at an exception that stands.</summary>
public sealed record ExceptionReview
{
    /// <summary>Who looked.</summary>
    public string By { get => field ?? ""; init; }

    /// <summary>When, Unix milliseconds.</summary>
    public long At { get; init; }

    /// <summary>What was found.</summary>
    public string Note { get => field ?? ""; init; }
}

/// <summary>One page of exceptions, newest first.</summary>
public sealed record PolicyExceptionPage
{
    /// <summary>The exceptions.</summary>
    public IReadOnlyList<PolicyExceptionEntry> Exceptions { get => field ?? []; init; }

    /// <summary>For the next page; absent on the last.</summary>
    public string? NextPageToken { get; init; }
}

/// <summary>Body of <c>POST /api/v1/exceptions/{id}/approve</c>, <c>/reject</c>, <c>/revoke</c> and <c>/review</c>.</summary>
public sealed record ExceptionDecision
{
    /// <summary>What is said of it, up to 4,000 characters; needed but for an approval.</summary>
    public string? Note { get; init; }

    /// <summary>Of a review: when it is looked at again, Unix milliseconds; without it, when half of the time left is over.</summary>
    public long? ReviewAt { get; init; }
}
