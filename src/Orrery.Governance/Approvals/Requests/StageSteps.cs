using Orrery.Contracts;

namespace Orrery.Governance;

/// <summary>How stages go from one to the next. Pure.</summary>
internal static class StageSteps
{
    public const string Waiting = "waiting";
    public const string Open = "open";
    public const string Approved = "approved";
    public const string Rejected = "rejected";
    public const string Skipped = "skipped";
    public const string Approve = "approve";
    public const string Reject = "reject";

    /// <summary>Name of the one stage of a waiver.</summary>
    public const string WaiverStage = "waiver";

    /// <summary>The stages of a workflow, the first open.</summary>
    public static IReadOnlyList<ApprovalStage> Of(ApprovalWorkflowSpec spec, DateTimeOffset now) =>
        [.. spec.Stages.Select((stage, index) => Begin(stage, index == 0 ? now : null))];

    /// <summary>The stage of a waiver: any one of the roles.</summary>
    public static IReadOnlyList<ApprovalStage> OfWaiver(ApprovalWaiverSpec waiver, DateTimeOffset now) =>
        [Begin(new() { Name = WaiverStage, Quorum = 1, DueHours = waiver.DefaultHours, Seats = [.. waiver.Roles.Select(static role => new ApprovalSeatSpec { Role = role })] }, now)];

    /// <summary>The stages of what nobody needed to decide.</summary>
    public static IReadOnlyList<ApprovalStage> SkippedOf(IReadOnlyList<ApprovalStage> stages) =>
        [.. stages.Select(static stage => stage.State is Open or Waiting ? stage with { State = Skipped, DueAt = null } : stage)];

    /// <summary>The stage that is open; null when none is.</summary>
    public static ApprovalStage? Current(Approval approval) => approval.Stages.FirstOrDefault(static stage => stage.State == Open);

    /// <summary>Fills a seat of the open stage; the approval is rejected, approved when it was the last, or waits on.</summary>
    public static Approval Fill(Approval approval, ApprovalWorkflowSpec spec, ApprovalSeat filled, DateTimeOffset now)
    {
        var stages = approval.Stages.ToArray();
        var at = Array.FindIndex(stages, static stage => stage.State == Open);
        stages[at] = stages[at] with { Seats = [.. stages[at].Seats.Select(seat => seat.Id == filled.Id ? filled : seat)] };
        if (filled.Decision == Reject)
        {
            stages[at] = stages[at] with { State = Rejected };
            return approval with { Stages = stages, State = ApprovalRow.Rejected, ExpiresAt = null };
        }

        if (!IsComplete(stages[at]))
            return approval with { Stages = stages };
        stages[at] = stages[at] with { State = Approved };
        if (at == stages.Length - 1)
            return approval with { Stages = stages, State = ApprovalRow.Approved, ExpiresAt = null };
        stages[at + 1] = OpenAt(stages[at + 1], spec.Stages.Single(stage => stage.Name == stages[at + 1].Name), now);
        return approval with { Stages = stages };
    }

    /// <summary>When something is due of it: a reminder, an escalation, its end; null for nothing.</summary>
    public static DateTimeOffset? NextAt(ApprovalRow row)
    {
        if (row.State == ApprovalRow.Approved)
            return row.Approval.NotAfter;
        if (row.State != ApprovalRow.Pending)
            return null;
        var next = row.Approval.ExpiresAt;
        if (Current(row.Approval) is { OpenedAt: not null } stage && SpecOf(row.Spec, stage) is { } spec)
            next = Earlier(Earlier(next, RemindAt(stage, spec)), EscalateAt(stage, spec));
        return next;
    }

    /// <summary>When who sits in a stage is reminded next; null for never.</summary>
    public static DateTimeOffset? RemindAt(ApprovalStage stage, ApprovalStageSpec spec) => spec.RemindHours is { } hours ? (stage.RemindedAt ?? stage.OpenedAt)?.AddHours(hours) : null;

    /// <summary>When a stage goes to others; null for never, and after it went.</summary>
    public static DateTimeOffset? EscalateAt(ApprovalStage stage, ApprovalStageSpec spec) =>
        spec.Escalate is { } to && stage.EscalatedAt is null ? stage.OpenedAt?.AddHours(to.AfterHours) : null;

    /// <summary>What the workflow says of a stage; null for the one of a waiver.</summary>
    public static ApprovalStageSpec? SpecOf(ApprovalWorkflowSpec spec, ApprovalStage stage) => spec.Stages.FirstOrDefault(one => one.Name == stage.Name);

    private static bool IsComplete(ApprovalStage stage) =>
        stage.Seats.All(static seat => !seat.Required || seat.Decision == Approve) && stage.Seats.Count(static seat => seat.Decision == Approve) >= stage.Quorum;

    private static ApprovalStage Begin(ApprovalStageSpec spec, DateTimeOffset? now)
    {
        var stage = new ApprovalStage
        {
            Name = spec.Name,
            State = Waiting,
            Quorum = WorkflowRules.Quorum(spec),
            EscalatedTo = spec.Escalate?.To,
            Seats = [.. spec.Seats.SelectMany(seat => Enumerable.Range(1, seat.Count).Select(number => new ApprovalSeat { Id = $"{spec.Name}/{seat.Role}/{number}", Role = seat.Role, Required = seat.Required }))],
        };
        return now is { } at ? OpenAt(stage, spec, at) : stage;
    }

    private static ApprovalStage OpenAt(ApprovalStage stage, ApprovalStageSpec spec, DateTimeOffset now) => stage with { State = Open, OpenedAt = now, DueAt = now.AddHours(spec.DueHours) };

    private static DateTimeOffset? Earlier(DateTimeOffset? one, DateTimeOffset? other) => one is null ? other : other is null || one < other ? one : other;
}
