using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Features;

/// <summary>Checks of quality in a period, for whoever must show that there were any.</summary>
public sealed class QualityEvidence
{
    private readonly Db _db;

    internal QualityEvidence(Db db) => _db = db;

    /// <summary>How many there were by outcome, and the last of them.</summary>
    public async ValueTask<QualityPeriod> ReadAsync(Actor actor, long since, long until, int newest, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(actor);
        return await _db.ReadAsync(session => QualityPeriodStore.ReadAsync(session, actor.Workspace, since, until, newest), cancel);
    }
}

/// <summary>Checks of quality in a period.</summary>
/// <param name="Outcomes">How many by outcome: <c>passed</c>, <c>warned</c>, <c>quarantined</c>, <c>rejected</c>.</param>
/// <param name="Newest">The last of them, newest first.</param>
public sealed record QualityPeriod(IReadOnlyDictionary<string, long> Outcomes, IReadOnlyList<QualityCheckMade> Newest);

/// <summary>A check of quality.</summary>
/// <param name="Id">Of the check.</param>
/// <param name="Project">Feature project.</param>
/// <param name="Source">Whose rows were looked at.</param>
/// <param name="Outcome">What came of it.</param>
/// <param name="At">When, Unix milliseconds.</param>
public sealed record QualityCheckMade(string Id, string Project, string Source, string Outcome, long At);
