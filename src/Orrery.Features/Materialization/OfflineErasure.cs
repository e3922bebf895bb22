using Npgsql;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Features;

/// <summary>Erases an entity from what the platform keeps of one source, and counts what it does not keep.</summary>
internal sealed class OfflineErasure(
    Db db, IBlobs blobs, SourceFiles files, WorkspaceFiles uploads, PushedRows pushed, Warehouses warehouses, FeatureFolders folders, TimeProvider time)
{
    /// <summary>The note of a file that is not there: nothing of it is kept.</summary>
    public const string Gone = "There is no such file any more.";

    /// <summary>Erases; every place that was looked at is added.</summary>
    public async Task<Result<Done>> EraseAsync(
        Actor actor, FeatureProject project, FeatureSource source, ErasureKey key, DuckLease lease, List<ErasedPlace> places, CancellationToken cancel)
    {
        if (source.Document.Warehouse is { } warehouse)
            return await CountThereAsync(project, source, key, warehouse, places, cancel);
        return source.Kind switch
        {
            SourceKind.Push => await PushedAsync(actor, project, source, key, lease, places, cancel),
            SourceKind.File => await FilesAsync(actor, project, source, key, lease, places, cancel),
            // A query reads files that are sources themselves.
            _ => await FilesOfQueryAsync(actor, project, source, key, lease, places, cancel),
        };
    }

    private async Task<Result<Done>> PushedAsync(
        Actor actor, FeatureProject project, FeatureSource source, ErasureKey key, DuckLease lease, List<ErasedPlace> places, CancellationToken cancel)
    {
        if ((await pushed.RelationAsync(lease, project, source, new SourceSnapshot(), cancel)).Failed(out var wrong, out var relation))
            return wrong;
        if (key.Condition(relation, DuckDbDialect.Instance).Failed(out wrong, out var condition))
            return wrong;
        var sequences = new List<long>();
        using (var reader = lease.Connection.Query(ErasureSql.Sequences(relation.From, condition), cancel: cancel))
        {
            while (reader.Read())
                sequences.AddRange(reader.Values<long>(0));
        }

        if (sequences.Count > 0)
        {
            foreach (var some in sequences.Chunk(1000))
            {
                await db.WriteAsync<Done>(async session =>
                {
                    await ErasureStore.DeletePushedAsync(session, project, source.Name, some);
                    return Done.Ok;
                }, cancel);
            }

            var segments = await db.ReadAsync(session => PushedStore.SegmentsAsync(session, project.Workspace, project.Name, source.Name), cancel);
            foreach (var segment in segments.Where(segment => sequences.Exists(sequence => sequence >= segment.First && sequence <= segment.Last)))
            {
                if ((await SegmentAsync(actor, project, source, segment, sequences, lease, cancel)).Failed(out wrong, out _))
                    return wrong;
            }
        }

        places.Add(new() { Kind = "pushed", Name = source.Name, Found = sequences.Count, Deleted = sequences.Count });
        return Done.Ok;
    }

    private async Task<Result<Done>> SegmentAsync(
        Actor actor, FeatureProject project, FeatureSource source, PushedSegment segment, List<long> sequences, DuckLease lease, CancellationToken cancel)
    {
        var local = await LocalAsync(segment.BlobKey, lease, cancel);
        if (local is null)
            return Failure.Unavailable("features.source_unreadable", $"Pushed rows of source {source.Name} are not in the blob store.");
        var target = lease.NewFile(".parquet");
        var of = sequences.Where(sequence => sequence >= segment.First && sequence <= segment.Last).ToList();
        lease.Connection.Execute(ErasureSql.WithoutParquet(ErasureSql.File(local, isCsv: false), $"sequence in ({string.Join(", ", of)})", target), cancel);
        var blobKey = $"{actor.WorkspaceName}/features/pushed/{Guid.CreateVersion7(time.GetUtcNow()):N}.parquet";
        BlobInfo blob;
        await using (var content = File.OpenRead(target))
            blob = await blobs.PutAsync(blobKey, content, cancel);
        var next = new PushedSegment(segment.First, segment.Last, segment.Rows - of.Count, blobKey, blob.Size, blob.Sha256!);
        var replaced = await db.WriteAsync<bool>(async session => await ErasureStore.ReplaceSegmentAsync(session, project, source.Name, segment, next), cancel);
        if (replaced.Failed(out var failure, out var done))
            return failure;
        await blobs.DeleteAsync(done ? segment.BlobKey : blobKey, CancellationToken.None);
        Forget(project.Workspace, segment.Sha256);
        return done ? Done.Ok : Failure.Conflict("features.erasure_raced", $"Pushed rows of source {source.Name} were moved meanwhile; erase again.");
    }

    private async Task<Result<Done>> FilesOfQueryAsync(
        Actor actor, FeatureProject project, FeatureSource source, ErasureKey key, DuckLease lease, List<ErasedPlace> places, CancellationToken cancel)
    {
        foreach (var other in project.Sources.Values.Where(other => other.Kind is SourceKind.File && (source.Document.Query ?? "").Contains(other.Name, StringComparison.OrdinalIgnoreCase)))
        {
            if ((await FilesAsync(actor, project, other, key, lease, places, cancel)).Failed(out var failure, out _))
                return failure;
        }

        return Done.Ok;
    }

    private async Task<Result<Done>> FilesAsync(
        Actor actor, FeatureProject project, FeatureSource source, ErasureKey key, DuckLease lease, List<ErasedPlace> places, CancellationToken cancel)
    {
        if ((await files.LocalAsync(project, source, cancel)).Failed(out var wrong, out var found))
        {
            if (wrong.Code is not "features.source_file_missing")
                return wrong;
            places.Add(new() { Kind = "file", Name = source.Name, Note = Gone });
            return Done.Ok;
        }

        foreach (var file in found)
        {
            var isCsv = FileFormats.IsCsv(source);
            var from = ErasureSql.File(file.Path, isCsv);
            var columns = lease.Columns(from, cancel).ToDictionary(static column => column.Name, static column => new SourceColumn(column.Name, Quote.Name(column.Name), DuckDbDialect.TypeOf(column.Type), column.Type.ToString()));
            var relation = new SourceRelation { Source = source, From = from, Find = name => columns.GetValueOrDefault(name) };
            if (key.Condition(relation, DuckDbDialect.Instance).Failed(out wrong, out var condition))
            {
                places.Add(new() { Kind = "file", Name = file.Name, Note = wrong.Message });
                continue;
            }

            var count = lease.Whole(ErasureSql.Count(from, condition), cancel) ?? 0;
            if (count == 0 || file.Name.Contains("://", StringComparison.Ordinal))
            {
                places.Add(new() { Kind = "file", Name = file.Name, Found = count, Note = count == 0 ? null : "It is not among the workspace's own files; whoever keeps it must delete them there." });
                continue;
            }

            if ((await RewriteAsync(actor, project, file, from, condition, isCsv, lease, places, cancel)).Failed(out wrong, out _))
                return wrong;
            places.Add(new() { Kind = "file", Name = file.Name, Found = count, Deleted = count });
        }

        return Done.Ok;
    }

    private async Task<Result<Done>> RewriteAsync(
        Actor actor, FeatureProject project, LocalFile file, string from, string condition, bool isCsv, DuckLease lease, List<ErasedPlace> places, CancellationToken cancel)
    {
        if ((await uploads.FindAsync(actor, file.Name, cancel)).Failed(out var gone, out var before))
            return gone;
        if (before.Sha256 != file.Sha256)
            return Failure.Conflict("features.erasure_raced", $"File {file.Name} was replaced meanwhile; erase again.");
        var target = lease.NewFile(Path.GetExtension(file.Name));
        lease.Connection.Execute(isCsv ? ErasureSql.WithoutCsv(from, condition, target) : ErasureSql.WithoutParquet(from, condition, target), cancel);
        await using (var content = File.OpenRead(target))
        {
            if ((await uploads.PutAsync(actor, file.Name, content, content.Length, cancel)).Failed(out var refused, out _))
                return refused;
        }

        // What training sets were made of goes too: they can be read, but not rebuilt, and the receipt says which.
        var users = await db.ReadAsync(session => ErasureStore.UsersOfFileAsync(session, project.Workspace, before.Sha256), cancel);
        await db.WriteAsync<Done>(async session =>
        {
            await ErasureStore.DeleteFileAsync(session, project.Workspace, before.BlobKey);
            return Done.Ok;
        }, cancel);
        await blobs.DeleteAsync(before.BlobKey, CancellationToken.None);
        Forget(project.Workspace, before.Sha256);
        places.AddRange(users.Select(static user => new ErasedPlace { Kind = "training_set", Name = $"{user.Name} ({user.Id})", Note = "Was made of a file that held the entity and cannot be rebuilt any more." }));
        return Done.Ok;
    }

    private async Task<Result<Done>> CountThereAsync(
        FeatureProject project, FeatureSource source, ErasureKey key, string name, List<ErasedPlace> places, CancellationToken cancel)
    {
        if (warehouses.Find(project.WorkspaceName, name).Failed(out var unknown, out var warehouse))
            return unknown;
        try
        {
            await using var connection = await warehouse.OpenReadOnlyAsync(cancel);
            if ((await WarehouseRelations.OfAsync(connection, source, cancel)).Failed(out unknown, out var relation))
                return unknown;
            if (key.Condition(relation, warehouse.Dialect).Failed(out unknown, out var condition))
                return unknown;
            await using var batch = WarehouseRelations.Batch(connection, ErasureSql.Count(relation.From, condition));
            var count = (long)(await batch.ExecuteScalarAsync(cancel) ?? 0L);
            places.Add(new() { Kind = "warehouse", Name = $"{name}: {source.Name}", Found = count, Note = count == 0 ? null : "The platform reads this warehouse and does not write it; its owner must delete them there." });
            return Done.Ok;
        }
        catch (NpgsqlException e) when (!cancel.IsCancellationRequested)
        {
            return Failure.Unavailable("features.warehouse_unavailable", $"Warehouse {name} cannot be reached: {e.Message}");
        }
    }

    private async Task<string?> LocalAsync(string blobKey, DuckLease lease, CancellationToken cancel)
    {
        await using var blob = await blobs.OpenAsync(blobKey, range: null, cancel);
        if (blob is null)
            return null;
        var path = lease.NewFile(".parquet");
        await using var copy = File.Create(path);
        await blob.Stream.CopyToAsync(copy, cancel);
        return path;
    }

    // The local copies, under the hash of what they hold.
    private void Forget(WorkspaceId workspace, string sha256)
    {
        var cache = folders.Cache(workspace);
        if (!Directory.Exists(cache))
            return;
        foreach (var copy in Directory.EnumerateFiles(cache, sha256 + "*"))
            File.Delete(copy);
    }
}
