using Orrery.Governance;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Delivery;

/// <summary>What deliveries contribute to compliance reports: those that users had, and what was taken back or refused.</summary>
internal sealed class DeliveryEvidence(Db db) : IEvidenceSource
{
    public IReadOnlyList<string> Facts => [DeliveryEvidenceStore.Runs];

    public async ValueTask<ContributedEvidence> CollectAsync(Actor actor, long since, long until, int newest, CancellationToken cancel) =>
        await db.ReadAsync(session => DeliveryEvidenceStore.ReadAsync(session, actor.Workspace, since, until, newest), cancel);
}
