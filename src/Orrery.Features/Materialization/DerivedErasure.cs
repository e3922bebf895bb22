using System.Text.Json;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Features;

/// <summary>Erases an entity from what was made of feature values: rows set aside, samples of checks, results of requests, training sets.</summary>
internal sealed class DerivedErasure(Db db, IBlobs blobs, TrainingSets sets)
{
    private const int Page = 200;

    /// <summary>Looks through the project; every place that was looked at is added.</summary>
    /// <param name="actor">Who asked.</param>
    /// <param name="project">The project.</param>
    /// <param name="keys">The entity, as each source's view declares it.</param>
    /// <param name="deleteSets">Whether training sets that hold the entity are deleted; else they are named.</param>
    /// <param name="lease">Of the embedded engine.</param>
    /// <param name="places">Takes what was found.</param>
    /// <param name="cancel">Stops between places.</param>
    public async Task<Result<Done>> EraseAsync(
        Actor actor, FeatureProject project, IReadOnlyList<ErasureKey> keys, bool deleteSets, DuckLease lease, List<ErasedPlace> places, CancellationToken cancel)
    {
        var aside = await QuarantineAsync(actor, project, keys, cancel);
        places.Add(new() { Kind = "quarantine", Name = project.Name, Found = aside, Deleted = aside });
        await SamplesAsync(actor, project, keys, cancel);
        var results = await db.WriteAsync<List<string>>(async session => await ErasureStore.RemoveResultsAsync(session, actor.Workspace, project.Name), cancel);
        if (results.Failed(out var failure, out var files))
            return failure;
        foreach (var file in files)
            await blobs.DeleteAsync(file, cancel);
        places.Add(new() { Kind = "historical", Name = "results of historical requests, which can be made again", Found = files.Count, Deleted = files.Count });
        return await TrainingSetsAsync(actor, project, keys, deleteSets, lease, places, cancel);
    }

    private async Task<long> QuarantineAsync(Actor actor, FeatureProject project, IReadOnlyList<ErasureKey> keys, CancellationToken cancel)
    {
        var (check, position, erased) = ("g", -1L, 0L);
        while (true)
        {
            var rows = await db.ReadAsync(session => QualityStore.ListQuarantineAsync(session, actor.Workspace, project.Name, check, position, Page), cancel);
            foreach (var (row, at) in rows)
            {
                (check, position) = (row.CheckId, at);
                using var json = JsonDocument.Parse(row.Row);
                if (!keys.Any(key => key.Is(json.RootElement)))
                    continue;
                erased += (await db.WriteAsync<long>(async session => await ErasureStore.DeleteQuarantinedAsync(session, actor.Workspace, row.CheckId, at), cancel)).Value;
            }

            if (rows.Count < Page)
                return erased;
        }
    }

    // Samples are values without their rows: whose they are cannot be told, so those of the sources go.
    private async Task SamplesAsync(Actor actor, FeatureProject project, IReadOnlyList<ErasureKey> keys, CancellationToken cancel)
    {
        var sources = keys.Select(static key => key.View.Source.History.Name).ToHashSet(StringComparer.Ordinal);
        for (var before = "g"; ;)
        {
            var reports = await db.ReadAsync(session => QualityStore.ListAsync(session, actor.Workspace, project.Name, view: null, source: null, before, Page), cancel);
            foreach (var report in reports.Where(report => sources.Contains(report.Source) && report.Results.Any(static result => result.Samples.Count > 0)))
            {
                var bare = report with { Results = [.. report.Results.Select(static result => result with { Samples = [] })] };
                await db.WriteAsync<Done>(async session =>
                {
                    await QualityStore.ReplaceAsync(session, actor.Workspace, bare);
                    return Done.Ok;
                }, cancel);
            }

            if (reports.Count < Page)
                return;
            before = reports[^1].Id!;
        }
    }

    private async Task<Result<Done>> TrainingSetsAsync(
        Actor actor, FeatureProject project, IReadOnlyList<ErasureKey> keys, bool deleteSets, DuckLease lease, List<ErasedPlace> places, CancellationToken cancel)
    {
        for (var before = "~"; ;)
        {
            var page = await sets.ListAsync(actor, project.Name, before, Page, cancel);
            foreach (var set in page)
            {
                before = set.Id;
                if (set.BlobKey is not { } blob || await CountAsync(blob, ".parquet", keys, lease, cancel) is not (> 0 and var count))
                    continue;
                var name = $"{set.Name} ({set.Id})";
                if (!deleteSets)
                {
                    places.Add(new() { Kind = "training_set", Name = name, Found = count, Note = "It holds the entity's rows; delete it, or erase with delete_training_sets." });
                    continue;
                }

                if ((await sets.DeleteAsync(actor, project.Name, set.Id, cancel)).Failed(out var failure, out _))
                    return failure;
                places.Add(new() { Kind = "training_set", Name = name, Found = count, Deleted = count });
            }

            if (page.Count < Page)
                return Done.Ok;
        }
    }

    // A training set without the key's columns cannot be searched for it.
    private async Task<long> CountAsync(string blobKey, string extension, IReadOnlyList<ErasureKey> keys, DuckLease lease, CancellationToken cancel)
    {
        await using var blob = await blobs.OpenAsync(blobKey, range: null, cancel);
        if (blob is null)
            return 0;
        var path = lease.NewFile(extension);
        await using (var copy = File.Create(path))
            await blob.Stream.CopyToAsync(copy, cancel);
        var from = ErasureSql.File(path, isCsv: false);
        var names = lease.Columns(from, cancel).Select(static column => column.Name).ToHashSet(StringComparer.Ordinal);
        var found = keys[0].View.Keys.All(one => names.Contains(one.Name)) ? lease.Whole(ErasureSql.Count(from, string.Join(" or ", keys.Select(static key => $"({key.ByName()})").Distinct())), cancel) ?? 0 : 0;
        File.Delete(path);
        return found;
    }
}
