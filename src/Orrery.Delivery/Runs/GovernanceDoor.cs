using System.Globalization;
using Orrery.Contracts;
using Orrery.Governance;
using Orrery.Kernel;
using Orrery.Serving;

namespace Orrery.Delivery;

/// <summary>What delivery asks of governance: the risk, policies, and approvals with their tokens.</summary>
internal sealed class GovernanceDoor(Approvals approvals, RiskAssessments risks, Policies policies, ServingOptions serving)
{
    /// <summary>Answer to a version of high risk that the board has not approved.</summary>
    public const string BoardText = "High-risk models require CAB approval";

    // Decisions are told as events too; this is for those that are lost or late.
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(15);

    /// <summary>
    /// What the policies in force say of the delivery. In a governed environment an emergency is let through with a warning: a waiver is asked for, and reviewed after the fact. Elsewhere nobody
    /// would be asked, so that it is no way around them.
    /// </summary>
    public async ValueTask<StageEnd> PoliciesAsync(StageRun run, CancellationToken cancel)
    {
        var spec = run.Row.Spec;
        if ((await policies.CheckAsync(run.Actor, spec.Model, spec.Version, spec.Environment, cancel)).Failed(out var failure, out var verdict))
            return StageEnd.Failed(failure);
        run.Fact("policies", verdict.PoliciesSha256);
        foreach (var one in verdict.Warnings)
            await run.WarnAsync($"Policy {one.Policy}, rule {one.Rule}: {one.Message}", cancel);
        var blocked = string.Join("; ", verdict.Blocked.Select(static one => $"{one.Policy}, rule {one.Rule}: {one.Message}"));
        if (verdict.Blocked.Count == 0)
            return StageEnd.Passed(verdict.Rules.Count == 0 ? "No policies are in force." : $"{verdict.Rules.Count} rules of policies were asked.");
        if (!spec.Emergency)
            return StageEnd.Failed($"Policies refuse it: {blocked}");
        if (!serving.IsGoverned(spec.Environment))
            return StageEnd.Failed($"Policies refuse it, and {spec.Environment} is not governed: an emergency is let through where a waiver is asked for alone. {blocked}");
        await run.WarnAsync($"Policies refuse it, and this is an emergency: {blocked}", cancel);
        return StageEnd.Passed("Policies refuse it, and this is an emergency.");
    }

    /// <summary>Assesses the risk of the delivery.</summary>
    public async ValueTask<StageEnd> RiskAsync(StageRun run, CancellationToken cancel)
    {
        var spec = run.Row.Spec;
        if ((await risks.AssessAsync(run.Actor, spec.Model, spec.Version, spec.Environment, cancel)).Failed(out var failure, out var risk))
            return StageEnd.Failed(failure);
        run.Fact("risk", risk.Sha256);
        foreach (var trigger in risk.Triggers)
            await run.SayAsync($"Risk: {trigger.Name}: {trigger.Reason}", cancel);
        return StageEnd.Passed($"Risk is {risk.Tier}, {risk.Score} of 50.");
    }

    /// <summary>Asks for the approval of the delivery, or looks how it stands.</summary>
    public async ValueTask<StageEnd> ApprovalAsync(StageRun run, CancellationToken cancel)
    {
        var kept = run.Row.Plan.ApprovalId is { } id ? await approvals.GetAsync(run.Actor, id, cancel) : await AskAsync(run, cancel);
        if (kept.Failed(out var failure, out var approval))
            return StageEnd.Failed(failure);
        if (run.Row.Plan.ApprovalId is null)
        {
            await run.KeepAsync(row => row with { Plan = row.Plan with { ApprovalId = approval.Id } }, cancel);
            await run.SayAsync($"Approval {approval.Id}: risk is {approval.Tier} ({approval.Score} of 50), workflow {approval.Workflow?.Name}.", cancel);
        }

        run.Fact("approval", approval.Id);
        run.Fact("token", approval.Token);
        return approval.State switch
        {
            "approved" => StageEnd.Passed($"Approved ({approval.Kind}) under {approval.Id}."),
            "pending" => StageEnd.Waiting(Told(approval), Again),
            _ => StageEnd.Rejected(Why(approval)),
        };
    }

    // Who has had the delivery go on asks for it as well. Should what is decided on have changed meanwhile, who began it asks once more, so that none of them may decide.
    private async ValueTask<Result<Approval>> AskAsync(StageRun run, CancellationToken cancel)
    {
        var request = Request(run.Row.Spec, run.Row.Id);
        if ((await approvals.RequestAsync(run.Actor, request, cancel)).Failed(out var refused, out var asked))
            return refused;
        var last = asked;
        foreach (var further in run.Row.Plan.Also)
        {
            var actor = new Actor(run.Actor.Workspace, run.Actor.WorkspaceName, further.Name) { Origin = Origin.Job(further.PrincipalId) };
            if (last.State == "pending" && (await approvals.RequestAsync(actor, request, cancel)).Failed(out refused, out last))
                return refused;
        }

        return last.Id == asked.Id ? last : await approvals.RequestAsync(run.Actor, request, cancel);
    }

    /// <summary>Why a high-risk version may not be delivered yet; null when it may. The board is asked then, and sees it. <c>delivery.board</c>.</summary>
    public async ValueTask<Failure?> BoardProblemAsync(Actor actor, StartDelivery spec, CancellationToken cancel)
    {
        if (!serving.IsGoverned(spec.Environment))
            return null;
        if ((await approvals.StandingAsync(actor, spec.Environment, spec.Model, spec.Version, cancel)).Failed(out var unknown, out var standing))
            return unknown;
        if (standing.Approval is not null)
            return null;
        if ((await risks.AssessAsync(actor, spec.Model, spec.Version, spec.Environment, cancel)).Failed(out unknown, out var risk))
            return unknown;
        if (risk.Tier != "high")
            return null;
        return (await approvals.RequestAsync(actor, Request(spec, null), cancel)).Failed(out var refused, out var asked)
            ? refused
            : asked.State == "approved" ? null : new Failure(FailureKind.Denied, "delivery.board", BoardText);
    }

    /// <summary>The token that the target is told; without one where the environment is not governed. <c>delivery.not_approved</c>.</summary>
    public async ValueTask<Result<ApprovalText>> TokenAsync(Actor actor, DeliveryRow row, CancellationToken cancel)
    {
        if (!serving.IsGoverned(row.Environment))
            return new ApprovalText(null);
        if ((await approvals.StandingAsync(actor, row.Environment, row.Spec.Model, row.Spec.Version, cancel)).Failed(out var failure, out var standing))
            return failure;
        return standing.Approval?.Token is { } token
            ? new ApprovalText(token)
            : Failure.Conflict("delivery.not_approved", $"No approval stands for version {row.Spec.Version} of {row.Spec.Model} in {row.Environment}: {standing.Reason}");
    }

    private static RequestApproval Request(StartDelivery spec, string? delivery) => new()
    {
        Model = spec.Model,
        Version = spec.Version,
        Environment = spec.Environment,
        Justification = string.IsNullOrWhiteSpace(spec.Justification) ? $"Delivery of {spec.Model} {spec.Version} to {spec.Environment}." : spec.Justification,
        DeliveryId = delivery,
        Remote = spec.Variant?.Remote,
        Emergency = spec.Emergency,
    };

    // What ended it, or what whoever rejected it said.
    private static string Why(Approval approval) =>
        approval.Stages.SelectMany(static stage => stage.Seats).LastOrDefault(static seat => seat.Decision is "reject") is { } no
            ? $"{no.DecidedBy} rejected it: {no.Comment}"
            : $"Approval {approval.Id} is {approval.State}{(approval.Ended is { } ended ? $": {ended.Reason}" : "")}";

    // Who must decide, and until when.
    private static string Told(Approval approval)
    {
        var stage = approval.Stages.FirstOrDefault(static one => one.Seats.Any(static seat => seat.Decision is null) && one.State is "open" or "pending")
            ?? approval.Stages.FirstOrDefault(static one => one.Seats.Any(static seat => seat.Decision is null));
        var roles = stage is null ? "people" : string.Join(", ", stage.Seats.Where(static seat => seat.Decision is null).Select(static seat => seat.Role).Distinct(StringComparer.Ordinal));
        var due = stage?.DueAt is { } at ? string.Create(CultureInfo.InvariantCulture, $" until {at.UtcDateTime:yyyy-MM-dd HH:mm} UTC") : "";
        return $"Approval {approval.Id} waits for {roles}{due}. Decide by: mlops approvals approve {approval.Id}";
    }
}

/// <summary>The text of a token; null where none is needed.</summary>
internal sealed record ApprovalText(string? Text);
