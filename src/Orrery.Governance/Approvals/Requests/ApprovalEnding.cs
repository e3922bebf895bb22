using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Governance;

/// <summary>Ends approvals, for good, whatever the reason.</summary>
internal sealed class ApprovalEnding(ApprovalTrail trail, TimeProvider time)
{
    /// <summary>Ends an approval that the transaction holds, and that is pending or stands.</summary>
    /// <param name="session">The transaction.</param>
    /// <param name="actor">Who ends it.</param>
    /// <param name="row">As it was read in the transaction.</param>
    /// <param name="state">Which end: withdrawn, expired, voided or revoked.</param>
    /// <param name="reason">Why, for people.</param>
    /// <param name="stopsTraffic">Whether traffic ends too.</param>
    public async ValueTask<ApprovalRow> EndAsync(DbSession session, Actor actor, ApprovalRow row, string state, string reason, bool stopsTraffic)
    {
        var now = DateTimeOffset.FromUnixTimeMilliseconds(time.GetUtcNow().ToUnixTimeMilliseconds());
        var stood = row.State == ApprovalRow.Approved;
        var ended = row.With(approval => approval with
        {
            State = state,
            ExpiresAt = null,
            Stages = StageSteps.SkippedOf(approval.Stages),
            Ended = new() { At = now, Reason = reason, By = actor.Name, StopsTraffic = stood && stopsTraffic },
        });
        await ApprovalStore.UpdateAsync(session, ended);
        if (stood)
        {
            await ApprovalEndStore.AddAsync(session, row.Workspace, row.Id, now.ToUnixTimeMilliseconds(), reason, stopsTraffic);
            await ReviewStore.CloseAsync(session, row.Workspace, row.Id, now.ToUnixTimeMilliseconds(), $"The approval is {state}.");
        }

        await trail.WriteAsync(session, actor, $"approval.{Verb(state)}", ended, ("reason", state is ApprovalRow.Voided or ApprovalRow.Expired ? reason : null));
        trail.Tell(session, actor, state == ApprovalRow.Withdrawn ? ApprovalTrail.Decided : ApprovalTrail.Voided, ended, reason);
        return ended;
    }

    private static string Verb(string state) => state switch
    {
        ApprovalRow.Withdrawn => "withdraw",
        ApprovalRow.Expired => "expire",
        ApprovalRow.Voided => "void",
        ApprovalRow.Revoked => "revoke",
        _ => throw new ArgumentException($"An approval does not end as {state}.", nameof(state)),
    };
}
