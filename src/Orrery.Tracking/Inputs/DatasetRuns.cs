using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Tracking;

/// <summary>Which runs read which data sets.</summary>
public sealed class DatasetRuns
{
    /// <summary>Most runs that one question finds, the newest.</summary>
    public const int MostRuns = 50_000;

    private readonly Db _db;

    internal DatasetRuns(Db db) => _db = db;

    /// <summary>Runs that read data sets of some digests, newest first; at most <see cref="MostRuns"/>. Deleted runs are among them, those being imported are not.</summary>
    public ValueTask<List<DatasetRun>> ListAsync(Actor actor, string sourceType, IReadOnlyCollection<string> digests, int limit, CancellationToken cancel) =>
        _db.ReadAsync(session => DatasetRunStore.ListAsync(session, actor.Workspace, sourceType, digests, Math.Min(limit, MostRuns)), cancel);

    /// <summary>The data sets that runs read.</summary>
    public ValueTask<List<DatasetRun>> OfRunsAsync(Actor actor, string sourceType, IReadOnlyCollection<string> runs, CancellationToken cancel) =>
        _db.ReadAsync(session => DatasetRunStore.OfRunsAsync(session, actor.Workspace, sourceType, runs), cancel);

    /// <summary>A run as lineage shows it; null when there is none.</summary>
    public ValueTask<DatasetRun?> FindAsync(Actor actor, string run, CancellationToken cancel) =>
        _db.ReadAsync(session => DatasetRunStore.FindAsync(session, actor.Workspace, run), cancel);

    /// <summary>Those of some data sets that a run names that is there or can be restored: name and digest.</summary>
    public static ValueTask<HashSet<(string Name, string Digest)>> NeededAsync(DbSession session, WorkspaceId workspace, string sourceType, IReadOnlyCollection<string> digests) =>
        DatasetRunStore.NeededAsync(session, workspace, sourceType, digests);
}

/// <summary>A run, and a data set that it read.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Name">Of the data set; empty when it is not asked for.</param>
/// <param name="Digest">Of the data set; empty when it is not asked for.</param>
/// <param name="ExperimentId">The run's.</param>
/// <param name="RunName">The run's.</param>
/// <param name="Status">The run's.</param>
/// <param name="IsDeleted">Whether the run was deleted and can be restored.</param>
public sealed record DatasetRun(string RunId, string Name, string Digest, long ExperimentId, string RunName, string Status, bool IsDeleted);
