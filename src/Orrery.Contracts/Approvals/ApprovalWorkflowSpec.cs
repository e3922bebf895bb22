namespace Orrery.Contracts;

/// <summary>Who decides on which versions, and how long they have. Written as YAML; <c>docs/api/workflow.schema.json</c> says what may stand in it.</summary>
public sealed record ApprovalWorkflowSpec
{
    /// <summary>1 to 63 lower-case letters, digits and inner dashes. One of a built-in workflow's name replaces that in the workspace.</summary>
    public string Name { get => field ?? ""; init; }

    /// <summary>What it is for.</summary>
    public string? Description { get; init; }

    /// <summary>Tiers of risk that it is for: <c>low</c>, <c>medium</c>, <c>high</c>. Empty for none: it stands by.</summary>
    public IReadOnlyList<string> Tiers { get => field ?? []; init; }

    /// <summary>Names of models that it is for, with <c>*</c> for any characters; empty for all. One that names a model comes before one that does not.</summary>
    public IReadOnlyList<string> Models { get => field ?? []; init; }

    /// <summary>Environments that it is for; empty for all.</summary>
    public IReadOnlyList<string> Environments { get => field ?? []; init; }

    /// <summary>Whether no people are asked when the tier is low, nothing asks for them, and every condition holds.</summary>
    public bool Automatic { get; init; }

    /// <summary>In order.</summary>
    public IReadOnlyList<ApprovalStageSpec> Stages { get => field ?? []; init; }

    /// <summary>Whether who registered the version or ran its run may sit. Who asks never may.</summary>
    public bool AuthorsMayApprove { get; init; }

    /// <summary>A request that nobody decides on ends after so many hours, 1 to 8,760. Default 336.</summary>
    public int ExpiresHours { get => field == 0 ? 336 : field; init; }

    /// <summary>An approval must be used within so many days, 1 to 365. Default 30.</summary>
    public int UseWithinDays { get => field == 0 ? 30 : field; init; }

    /// <summary>Whether an approval is revoked, and traffic ends, when a condition of it is overdue.</summary>
    public bool OverdueConditionsStopTraffic { get; init; }

    /// <summary>Emergency waivers; null for none.</summary>
    public ApprovalWaiverSpec? Waiver { get; init; }

    /// <summary>What follows an approval; null for nothing.</summary>
    public ApprovalReviewSpec? Review { get; init; }

    /// <summary>When the board meets that decides; null for none.</summary>
    public ApprovalBoardSpec? Board { get; init; }
}

/// <summary>A stage of a workflow.</summary>
public sealed record ApprovalStageSpec
{
    /// <summary>Once in the workflow; as a workflow's name.</summary>
    public string Name { get => field ?? ""; init; }

    /// <summary>Who sits here.</summary>
    public IReadOnlyList<ApprovalSeatSpec> Seats { get => field ?? []; init; }

    /// <summary>How many seats must approve, the required ones among them; null for all.</summary>
    public int? Quorum { get; init; }

    /// <summary>Hours to decide in, 1 to 8,760. Default 48.</summary>
    public int DueHours { get => field == 0 ? 48 : field; init; }

    /// <summary>Who sits here is reminded every so many hours while it is open; null for never.</summary>
    public int? RemindHours { get; init; }

    /// <summary>Who it goes to when it takes too long; null for nobody.</summary>
    public ApprovalEscalationSpec? Escalate { get; init; }
}

/// <summary>Seats of one role.</summary>
public sealed record ApprovalSeatSpec
{
    /// <summary>A role of the workspace.</summary>
    public string Role { get => field ?? ""; init; }

    /// <summary>How many people, 1 to 20. Default 1.</summary>
    public int Count { get => field == 0 ? 1 : field; init; }

    /// <summary>Whether the stage cannot be approved without them.</summary>
    public bool Required { get; init; }
}

/// <summary>Who a stage goes to when it takes too long.</summary>
public sealed record ApprovalEscalationSpec
{
    /// <summary>After so many hours, 1 to 8,760.</summary>
    public int AfterHours { get; init; }

    /// <summary>A role of the workspace.</summary>
    public string To { get => field ?? ""; init; }

    /// <summary>Whether it may also fill the seats that are empty, from then on.</summary>
    public bool MayDecide { get; init; }
}

/// <summary>Emergency waivers of a workflow.</summary>
public sealed record ApprovalWaiverSpec
{
    /// <summary>One person who holds one of these decides.</summary>
    public IReadOnlyList<string> Roles { get => field ?? []; init; }

    /// <summary>Hours it holds when nobody says. Default 24.</summary>
    public int DefaultHours { get => field == 0 ? 24 : field; init; }

    /// <summary>Hours it may hold, 1 to 72. Default 72.</summary>
    public int MaxHours { get => field == 0 ? 72 : field; init; }

    /// <summary>Days until the review after the fact, 1 to 90. Default 5.</summary>
    public int ReviewDays { get => field == 0 ? 5 : field; init; }
}

/// <summary>What follows an approval.</summary>
public sealed record ApprovalReviewSpec
{
    /// <summary>Days between reviews, 1 to 366.</summary>
    public int EveryDays { get; init; }

    /// <summary>Days between revalidations, which ask the automatic checks again, 1 to 366; null for none.</summary>
    public int? RevalidateEveryDays { get; init; }

    /// <summary>Who reviews; empty for the roles of the stages.</summary>
    public IReadOnlyList<string> Roles { get => field ?? []; init; }
}

/// <summary>When a board meets.</summary>
public sealed record ApprovalBoardSpec
{
    /// <summary><c>monday</c> to <c>sunday</c>.</summary>
    public string Day { get => field ?? ""; init; }

    /// <summary>As <c>14:00</c>, UTC.</summary>
    public string From { get => field ?? ""; init; }

    /// <summary>As <c>16:00</c>, UTC.</summary>
    public string Until { get => field ?? ""; init; }

    /// <summary>The role that chairs it.</summary>
    public string Chair { get => field ?? ""; init; }
}
