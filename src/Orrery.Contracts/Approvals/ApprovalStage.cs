namespace Orrery.Contracts;

/// <summary>A stage of an approval: seats that must be filled before the next stage opens.</summary>
public sealed record ApprovalStage
{
    /// <summary>Its name, once in a workflow.</summary>
    public string Name { get => field ?? ""; init; }

    /// <summary><c>waiting</c> for the stage before, <c>open</c>, <c>approved</c>, <c>rejected</c>, or <c>skipped</c> when nobody had to decide.</summary>
    public string State { get => field ?? ""; init; }

    /// <summary>Who sits here.</summary>
    public IReadOnlyList<ApprovalSeat> Seats { get => field ?? []; init; }

    /// <summary>How many seats must approve, the required ones among them.</summary>
    public int Quorum { get; init; }

    /// <summary>When it opened; null while it waits.</summary>
    public DateTimeOffset? OpenedAt { get; init; }

    /// <summary>Until when it should be decided; null while it waits.</summary>
    public DateTimeOffset? DueAt { get; init; }

    /// <summary>Whether that has passed and it is still open.</summary>
    public bool IsOverdue { get; init; }

    /// <summary>When who sits here was reminded last; null for never.</summary>
    public DateTimeOffset? RemindedAt { get; init; }

    /// <summary>When it was brought before <see cref="EscalatedTo"/>; null for never.</summary>
    public DateTimeOffset? EscalatedAt { get; init; }

    /// <summary>The role that it goes to when it takes too long; null for none.</summary>
    public string? EscalatedTo { get; init; }
}

/// <summary>A seat of a stage.</summary>
public sealed record ApprovalSeat
{
    /// <summary>Names it within the approval: stage, role and number, as <c>board/legal/1</c>.</summary>
    public string Id { get => field ?? ""; init; }

    /// <summary>The role that one must hold at the moment of decision.</summary>
    public string Role { get => field ?? ""; init; }

    /// <summary>Whether the stage cannot be approved without it.</summary>
    public bool Required { get; init; }

    /// <summary><c>approve</c> or <c>reject</c>; null while it is empty.</summary>
    public string? Decision { get; init; }

    /// <summary>Who decided.</summary>
    public string? DecidedBy { get; init; }

    /// <summary>When.</summary>
    public DateTimeOffset? DecidedAt { get; init; }

    /// <summary>Who holds the role and has delegated it to who decided; null when they hold it themselves.</summary>
    public string? OnBehalfOf { get; init; }

    /// <summary>The role that stood in since the stage took too long; null when the seat's own decided.</summary>
    public string? EscalatedRole { get; init; }

    /// <summary>What they said.</summary>
    public string? Comment { get; init; }
}
