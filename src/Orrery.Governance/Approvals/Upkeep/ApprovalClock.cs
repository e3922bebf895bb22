using Microsoft.Extensions.Logging;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Governance;

/// <summary>What comes due of approvals and their reviews: reminders, escalations, ends. Each is done once, whoever looks.</summary>
internal sealed class ApprovalClock(Db db, ApprovalEnding ending, ApprovalTrail trail, ApprovalEnds ends, ApprovalChanges changes, ApprovalMetrics metrics, TimeProvider time, ILogger<ApprovalClock> logger)
{
    private const int Most = 500;
    private static readonly TimeSpan CheckEvery = TimeSpan.FromMinutes(5);

    /// <summary>Does what is due now.</summary>
    public async ValueTask LookAsync(CancellationToken cancel)
    {
        var now = DateTimeOffset.FromUnixTimeMilliseconds(time.GetUtcNow().ToUnixTimeMilliseconds());
        foreach (var (workspace, id) in await db.ReadAsync(session => ApprovalStore.DueAsync(session, now.ToUnixTimeMilliseconds(), Most), cancel))
            await DoAsync(workspace, id, now, cancel);
        foreach (var (workspace, id, approval, kind) in await db.ReadAsync(session => ReviewStore.UntoldAsync(session, now.ToUnixTimeMilliseconds(), Most), cancel))
            await OverdueAsync(workspace, id, approval, kind, now, cancel);
        foreach (var (id, why) in await changes.SweepAsync(now - CheckEvery, Most / 5, cancel))
            Log.ApprovalNotChecked(logger, id, why.Message);
        await ends.RefreshAsync(cancel);
        metrics.Overdue(await db.ReadAsync(session => ReviewStore.CountOverdueAsync(session, now.ToUnixTimeMilliseconds()), cancel));
    }

    private async ValueTask DoAsync(WorkspaceId workspace, string id, DateTimeOffset now, CancellationToken cancel)
    {
        var actor = Actor.System(workspace, "");
        var done = await db.WriteAsync<Done>(async session =>
        {
            if (await ApprovalStore.LockAsync(session, workspace, id) is not { } row || StageSteps.NextAt(row) is not { } next || next > now)
                return Done.Ok;
            if (row.State == ApprovalRow.Approved)
                await EndAsync(session, actor, row, "The waiver's time is over.", stopsTraffic: true);
            else if (row.Approval.ExpiresAt <= now)
                await EndAsync(session, actor, row, "Nobody decided in time.", stopsTraffic: false);
            else
                await NudgeAsync(session, actor, row, now);
            return Done.Ok;
        }, cancel);
        if (done.Failure is { } failure)
            Log.ApprovalNotChecked(logger, id, failure.Message);
    }

    private async ValueTask EndAsync(DbSession session, Actor actor, ApprovalRow row, string reason, bool stopsTraffic)
    {
        await ending.EndAsync(session, actor, row, ApprovalRow.Expired, reason, stopsTraffic);
        Log.ApprovalEnded(logger, row.Id, ApprovalRow.Expired, reason);
    }

    private async ValueTask NudgeAsync(DbSession session, Actor actor, ApprovalRow row, DateTimeOffset now)
    {
        var stage = StageSteps.Current(row.Approval)!;
        var spec = StageSteps.SpecOf(row.Spec, stage)!;
        var (escalates, reminds) = (StageSteps.EscalateAt(stage, spec) <= now, StageSteps.RemindAt(stage, spec) <= now);
        var told = stage with { EscalatedAt = escalates ? now : stage.EscalatedAt, RemindedAt = reminds ? now : stage.RemindedAt };
        var after = row.With(approval => approval with { Stages = [.. approval.Stages.Select(one => one.Name == told.Name ? told : one)] });
        await ApprovalStore.UpdateAsync(session, after);
        if (escalates)
        {
            await trail.WriteAsync(session, actor, "approval.escalate", after, ("stage", stage.Name), ("to", stage.EscalatedTo));
            trail.Tell(session, actor, ApprovalTrail.Escalated, after, $"The stage {stage.Name} was to be decided by {stage.DueAt:yyyy-MM-dd HH:mm} UTC.");
        }

        if (reminds)
            trail.Tell(session, actor, ApprovalTrail.Reminded, after);
    }

    // A condition that is not met in time ends the approval where the workflow says so.
    private async ValueTask OverdueAsync(WorkspaceId workspace, string review, string approval, string kind, DateTimeOffset now, CancellationToken cancel)
    {
        var actor = Actor.System(workspace, "");
        await db.WriteAsync<Done>(async session =>
        {
            if (!await ReviewStore.ToldAsync(session, workspace, review, now.ToUnixTimeMilliseconds()) || await ApprovalStore.LockAsync(session, workspace, approval) is not { } row)
                return Done.Ok;
            trail.Tell(session, actor, ApprovalTrail.Reminded, row, $"A {kind} of it is overdue.");
            if (kind == ReviewPlan.Condition && row is { State: ApprovalRow.Approved, Spec.OverdueConditionsStopTraffic: true })
                await ending.EndAsync(session, actor, row, ApprovalRow.Revoked, "A condition that it was given under was not met in time.", stopsTraffic: true);
            return Done.Ok;
        }, cancel);
    }
}
