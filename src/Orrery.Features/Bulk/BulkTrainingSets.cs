using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Features;

/// <summary>Rows of finished training sets, for modules above that read them in bulk and have checked that the caller may.</summary>
public sealed class BulkTrainingSets
{
    private readonly Db _db;
    private readonly FileCache _cache;

    internal BulkTrainingSets(Db db, FileCache cache) => (_db, _cache) = (db, cache);

    /// <summary>Whether columns in it are restricted, or may be; <c>features.training_set_not_found</c>, <c>features.training_set_not_ready</c>.</summary>
    public async ValueTask<Result<bool>> IsRestrictedAsync(Actor actor, string project, string id, CancellationToken cancel)
    {
        if ((await FindAsync(actor, project, id, cancel)).Failed(out var missing, out var set))
            return missing;
        return TrainingSets.ManifestOf(set)?.RestrictedColumns is not { Count: 0 };
    }

    /// <summary>Its rows, Parquet; what <see cref="IsRestrictedAsync"/> refuses.</summary>
    public async ValueTask<Result<BulkFile>> OpenAsync(Actor actor, string project, string id, CancellationToken cancel)
    {
        if ((await FindAsync(actor, project, id, cancel)).Failed(out var missing, out var set))
            return missing;
        return await _cache.OfBlobAsync(actor.Workspace, set.BlobKey!, set.Sha256!, ".parquet", cancel) is { } path
            ? new BulkFile($"training set {set.Name} ({set.Id})", set.Size ?? 0, set.Sha256!, path)
            : TrainingSet.NotFound(id);
    }

    private async ValueTask<Result<TrainingSet>> FindAsync(Actor actor, string project, string id, CancellationToken cancel)
    {
        if (await _db.ReadAsync(session => TrainingSetStore.FindAsync(session, actor.Workspace, id), cancel) is not { } set || set.Project != project)
            return TrainingSet.NotFound(id);
        return set.State == TrainingSet.Ready && set.BlobKey is not null
            ? set
            : Failure.Conflict("features.training_set_not_ready", $"Training set {set.Id} is {set.State}; only one that is ready has rows.");
    }
}
