using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Serving;
using Orrery.Storage;

namespace Orrery.Governance;

/// <summary>Tells Serving which approvals stand.</summary>
internal sealed class ApprovalRecords(Db db, ApprovalEnds ends, TimeProvider time) : IApprovalRecords
{
    private const int Most = 20;

    public async ValueTask<string?> FindTokenAsync(Actor actor, string environment, string model, string version, CancellationToken cancel) =>
        (await FindAsync(actor.Workspace, environment, model, version, cancel))?.Approval.Token;

    public ApprovalEnd? EndOf(WorkspaceId workspace, string approvalId) => ends.Of(workspace, approvalId);

    /// <summary>The approval that stands: one that can still be used before one that cannot, an approval before a waiver, the newest first.</summary>
    public async ValueTask<ApprovalRow?> FindAsync(WorkspaceId workspace, string environment, string model, string version, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        var standing = await db.ReadAsync(session => ApprovalStore.OfVersionAsync(session, workspace, environment, model, version, ApprovalRow.Approved, Most), cancel);
        return standing.Where(row => row.Approval.NotAfter is not { } end || end > now)
            .OrderByDescending(row => row.Approval.UseBy > now).ThenBy(static row => row.Approval.Kind == ApprovalToken.Waiver).ThenByDescending(static row => row.Id, StringComparer.Ordinal)
            .FirstOrDefault();
    }
}
