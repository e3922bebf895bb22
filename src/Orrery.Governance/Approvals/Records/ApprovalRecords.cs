using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Serving;
using Orrery.Storage;

namespace Orrery.Governance;

/// <summary>Tells Serving which approvals stand.</summary>
/// <param name="db">Where they are.</param>
/// <param name="ends">Those that ended, in memory.</param>
/// <param name="changes">Asked late: what approvals pin is found by who asks the gates, and this is one of them.</param>
/// <param name="time">The clock.</param>
internal sealed class ApprovalRecords(Db db, ApprovalEnds ends, Func<ApprovalChanges> changes, TimeProvider time) : IApprovalRecords
{
    private const int Most = 20;

    public async ValueTask<Result<string?>> FindTokenAsync(Actor actor, string environment, string model, string version, CancellationToken cancel) =>
        (await FindAsync(actor.Workspace, environment, model, version, cancel)).Then(static row => (Result<string?>)row?.Approval.Token);

    public async ValueTask<string?> FindInheritedAsync(WorkspaceId workspace, string environment, string model, string version, CancellationToken cancel)
    {
        var rows = await db.ReadAsync(session => ApprovalStore.OfVersionAsync(session, workspace, environment, model, version, null, Most), cancel);
        return rows.Find(static row => row.Approval is { Kind: ApprovalToken.Inherited, Token: not null, Ended: null or { StopsTraffic: false } })?.Approval.Token;
    }

    public async ValueTask<Result<ApprovalEnd?>> LookAsync(WorkspaceId workspace, string approvalId, CancellationToken cancel)
    {
        await ends.BeginAsync(cancel);
        if ((await changes().LookAsync(workspace, approvalId, cancel)).Failed(out var unsure, out var row))
            return unsure.Code == Approvals.NotFoundCode ? (ApprovalEnd?)null : unsure;
        return EndOf(row);
    }

    public async ValueTask<ApprovalEnd?> FindEndAsync(WorkspaceId workspace, string approvalId, CancellationToken cancel)
    {
        await ends.BeginAsync(cancel);
        return EndOf(await db.ReadAsync(session => ApprovalStore.FindAsync(session, workspace, approvalId), cancel));
    }

    public async ValueTask<ApprovalEnd?> HoldAsync(DbSession session, WorkspaceId workspace, string approvalId) => EndOf(await ApprovalStore.LockAsync(session, workspace, approvalId));

    public ApprovalEnd? EndOf(WorkspaceId workspace, string approvalId) => ends.Of(workspace, approvalId);

    /// <summary>
    /// The approval that stands, looked at just now: one that can still be used before one that cannot, an approval before a waiver, the newest first. Null for none. What the
    /// registry refuses, but for versions that are gone.
    /// </summary>
    public async ValueTask<Result<ApprovalRow?>> FindAsync(WorkspaceId workspace, string environment, string model, string version, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        var standing = await db.ReadAsync(session => ApprovalStore.OfVersionAsync(session, workspace, environment, model, version, ApprovalRow.Approved, Most), cancel);
        foreach (var row in standing.Where(row => row.Approval.NotAfter is not { } end || end > now)
            .OrderByDescending(row => row.Approval.UseBy > now).ThenBy(static row => row.Approval.Kind == ApprovalToken.Waiver).ThenByDescending(static row => row.Id, StringComparer.Ordinal))
        {
            if ((await changes().LookAsync(workspace, row.Id, cancel)).Failed(out var unsure, out var looked))
                return unsure;
            if (looked.State == ApprovalRow.Approved)
                return looked;
        }

        return (ApprovalRow?)null;
    }

    private static ApprovalEnd? EndOf(ApprovalRow? row) => row?.Approval.Ended is { } end ? new(end.At.ToUnixTimeMilliseconds(), end.Reason, end.StopsTraffic) : null;
}
