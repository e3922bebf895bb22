using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Governance;

/// <summary>What the policies contribute to reports.</summary>
internal sealed class PolicyEvidenceSource(Db db) : IEvidenceSource
{
    public IReadOnlyList<string> Facts => ["policies.versions"];

    public async ValueTask<ContributedEvidence> CollectAsync(Actor actor, long since, long until, int newest, CancellationToken cancel) =>
        await db.ReadAsync(session => PolicyEvidenceStore.ReadAsync(session, actor.Workspace, until, newest), cancel);
}
