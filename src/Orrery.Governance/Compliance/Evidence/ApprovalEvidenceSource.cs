using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Governance;

/// <summary>What the records of approvals contribute to reports.</summary>
internal sealed class ApprovalEvidenceSource(Db db) : IEvidenceSource
{
    public IReadOnlyList<string> Facts => ["approvals.decisions", "approvals.separated", "approvals.reviews", "approvals.waivers"];

    public async ValueTask<ContributedEvidence> CollectAsync(Actor actor, long since, long until, int newest, CancellationToken cancel) =>
        await db.ReadAsync(session => ApprovalEvidenceStore.ReadAsync(session, actor.Workspace, since, until, newest), cancel);
}
