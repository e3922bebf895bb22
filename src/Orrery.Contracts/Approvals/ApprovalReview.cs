namespace Orrery.Contracts;

/// <summary>Something to be done after an approval.</summary>
public sealed record ApprovalReview
{
    /// <summary>Id: 32 hexadecimal digits.</summary>
    public string Id { get => field ?? ""; init; }

    /// <summary>
    /// <c>review</c> and <c>revalidation</c> (which asks the checks again) come again and again; <c>waiver</c> and <c>inherited</c> look at what was let through
    /// without; <c>condition</c> is one of the approval's.
    /// </summary>
    public string Kind { get => field ?? ""; init; }

    /// <summary>The approval it follows.</summary>
    public string ApprovalId { get => field ?? ""; init; }

    /// <summary>Registered model.</summary>
    public string Model { get => field ?? ""; init; }

    /// <summary>Its version's number.</summary>
    public string Version { get => field ?? ""; init; }

    /// <summary>Environment.</summary>
    public string Environment { get => field ?? ""; init; }

    /// <summary>What is to be done.</summary>
    public string Task { get => field ?? ""; init; }

    /// <summary>Roles of which one completes it; empty where <see cref="Owner"/> does.</summary>
    public IReadOnlyList<string> Roles { get => field ?? []; init; }

    /// <summary>Who sees to a condition; null otherwise.</summary>
    public string? Owner { get; init; }

    /// <summary><c>open</c>, <c>overdue</c>, <c>done</c>, or <c>closed</c> when there was nothing left to look at.</summary>
    public string State { get => field ?? ""; init; }

    /// <summary>Until when.</summary>
    public DateTimeOffset DueAt { get; init; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was done or closed.</summary>
    public DateTimeOffset? CompletedAt { get; init; }

    /// <summary>By whom.</summary>
    public string? CompletedBy { get; init; }

    /// <summary>What was found, or why it was closed.</summary>
    public string? Notes { get; init; }

    /// <summary>Of a revalidation: what the checks said.</summary>
    public IReadOnlyList<AutomaticCheck> Checks { get => field ?? []; init; }
}

/// <summary>One page of reviews, the earliest due first.</summary>
public sealed record ApprovalReviewPage
{
    /// <summary>The page.</summary>
    public IReadOnlyList<ApprovalReview> Reviews { get => field ?? []; init; }

    /// <summary>Token of the next page; null on the last.</summary>
    public string? NextPageToken { get; init; }
}

/// <summary>Completes a review.</summary>
public sealed record CompleteReview
{
    /// <summary>What was found, 1 to 4,000 characters.</summary>
    public string Notes { get => field ?? ""; init; }
}
