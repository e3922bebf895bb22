using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Governance;

/// <summary>What the records of risk contribute to reports.</summary>
internal sealed class RiskEvidenceSource(Db db) : IEvidenceSource
{
    public IReadOnlyList<string> Facts => ["risk.answers", "risk.assessments", "risk.changes"];

    public async ValueTask<ContributedEvidence> CollectAsync(Actor actor, long since, long until, int newest, CancellationToken cancel) =>
        await db.ReadAsync(session => RiskEvidenceStore.ReadAsync(session, actor.Workspace, since, until, newest), cancel);
}
