using System.Globalization;
using System.Text.Json;
using Orrery.Audit;
using Orrery.Kernel;
using Orrery.Native;
using Orrery.Storage;
using Orrery.Tenancy;

namespace Orrery.Features;

/// <summary>Historical features: joined at once when they are few, by a job when they are many.</summary>
internal sealed class Historical(
    PointInTime join, Projects projects, Db db, IBlobs blobs, RequestBlobs requests, StorageQuota quota, Jobs jobs, AuditLog audit, FeatureOptions options, TimeProvider time)
{
    /// <summary>Code of the refusal of a synchronous request that has too many rows.</summary>
    public const string TooMany = "features.too_many_rows";

    /// <summary>Joins a call's rows; <see cref="TooMany"/> when there are more than a synchronous request may have, and all that a join can fail with.</summary>
    public Task<Result<JoinedRows>> JoinAsync(HistoricalCall call, FeatureSelection selection, CancellationToken cancel) => join.JoinAsync(
        selection,
        lease => new(Entities(lease, call, options.SynchronousRows, cancel)),
        new(call.Request.Timestamp, call.Request.KnownAt),
        watch: null,
        cancel);

    /// <summary>Puts a call's entity rows into blobs and a job into the queue; <c>tenancy.quota_exceeded</c>.</summary>
    public async ValueTask<Result<JobId>> EnqueueAsync(Actor actor, FeatureSelection selection, HistoricalCall call, CancellationToken cancel)
    {
        if ((await KeepEntitiesAsync(actor, call, cancel)).Failed(out var full, out var key))
            return full;
        var payload = HistoricalPayload.Write(new(selection.Project.Name, call.Request, key) { Restricted = HistoricalRights.HasRestricted(selection) });
        return await db.WriteAsync<JobId>(async session =>
        {
            var id = await jobs.EnqueueAsync(session, actor, HistoricalJob.JobKind, payload);
            await audit.AppendAsync(session, actor, new("feature.historical", "job", id.ToString()) { Detail = $"{{\"project\":\"{selection.Project.Name}\"}}" });
            return id;
        }, cancel);
    }

    /// <summary>A finished job's result; <c>features.result_not_found</c>.</summary>
    public async ValueTask<Result<HistoricalResult>> FindAsync(Actor actor, string project, JobId job, CancellationToken cancel) =>
        await db.ReadAsync(session => HistoricalStore.FindAsync(session, actor.Workspace, job.ToString()), cancel) is { } found && found.Project == project
            ? found
            : Failure.NotFound("features.result_not_found", $"There is no historical result {job} in project {project}.");

    /// <summary>Does a job's work.</summary>
    public async Task<Result<HistoricalResult>> RunAsync(JobContext job, HistoricalWork work, CancellationToken cancel)
    {
        var actor = job.Actor;
        if ((await projects.FindAsync(actor, work.Project, cancel)).Failed(out var gone, out var project) || work.Request.Select(project).Failed(out gone, out var selection))
            return gone;
        await using var progress = new JoinProgress(job);
        var joined = await join.JoinAsync(
            selection, lease => EntitiesAsync(lease, work, cancel), new(work.Request.Timestamp, work.Request.KnownAt), progress.Watch, cancel);
        if (joined.Failed(out var failure, out var rows))
            return failure;
        using (rows)
        {
            var key = $"{actor.WorkspaceName}/features/historical/{job.Id}{ResultWriter.Extension(work.Request.Output)}";
            return await StoreAsync(job, work, rows, project, key, cancel);
        }
    }

    /// <summary>Brings entity rows that lie in blobs into a request's folder.</summary>
    public async ValueTask<Result<EntityInput>> EntitiesAsync(DuckLease lease, HistoricalWork work, CancellationToken cancel)
    {
        if (work.Request.Range is { } range)
            return range;
        await using var blob = work.Entities is { } key ? await blobs.OpenAsync(key, range: null, cancel) : null;
        if (blob is null)
            return Failure.Unavailable("features.entities_lost", "The entity rows of the request are not in the blob store.");
        if (work.Entities!.EndsWith(".json", StringComparison.Ordinal))
        {
            return await ColumnsAsync(blob.Stream, cancel);
        }

        var path = lease.NewFile(Path.GetExtension(work.Entities));
        await using (var file = File.Create(path))
            await blob.Stream.CopyToAsync(file, 1 << 20, cancel);
        return new EntityFile(path, path.EndsWith(".csv", StringComparison.Ordinal));
    }

    // Those of a manifest come from outside.
    private static async ValueTask<Result<EntityInput>> ColumnsAsync(Stream stored, CancellationToken cancel)
    {
        try
        {
            using var document = await JsonDocument.ParseAsync(stored, cancellationToken: cancel);
            return HistoricalPayload.Columns(document.RootElement);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            return Failure.Invalid("features.entity_invalid", $"The entity rows are not as this API gives them, a list of columns with name and values: {e.Message}");
        }
    }

    /// <summary>Puts a call's entity rows into blobs; null for a call without any. <c>tenancy.quota_exceeded</c>.</summary>
    public async ValueTask<Result<string?>> KeepEntitiesAsync(Actor actor, HistoricalCall call, CancellationToken cancel)
    {
        if (call.File is { } file)
        {
            await using var content = file.OpenRead();
            return Key(await requests.PutAsync(actor, file.Extension, content, content.Length, cancel));
        }

        if (call.Columns is not { } columns)
            return (string?)null;
        using var json = new MemoryStream(HistoricalPayload.Columns(columns));
        return Key(await requests.PutAsync(actor, ".json", json, json.Length, cancel));
    }

    private static Result<string?> Key(Result<string> put) => put.Failed(out var full, out var key) ? full : key;

    private static Result<EntityInput> Entities(DuckLease lease, HistoricalCall call, int most, CancellationToken cancel)
    {
        if (call.Request.Range is { } range)
            return range;
        if (call.File is not { } file)
        {
            var columns = call.Columns!;
            return columns.Columns.Count > 0 && columns.Columns[0].Count > most ? Refuse(columns.Columns[0].Count, most) : columns;
        }

        try
        {
            var rows = lease.Whole(EntitySql.Count(file.PathIn(lease), file.IsCsv), cancel) ?? 0;
            return rows > most ? Refuse(rows, most) : file.In(lease);
        }
        catch (DuckException e)
        {
            return Failure.Invalid("features.entity_invalid", $"The entity rows cannot be read: {e.Summary}");
        }
    }

    private static Failure Refuse(long rows, int most) => new(
        FailureKind.TooLarge, TooMany, string.Create(CultureInfo.InvariantCulture, $"A synchronous request has at most {most} entity rows; this one has {rows}."));

    private async Task<Result<HistoricalResult>> StoreAsync(
        JobContext job, HistoricalWork work, JoinedRows rows, FeatureProject project, string key, CancellationToken cancel)
    {
        string path;
        if (work.Request.Output is OutputFormat.Json)
        {
            path = rows.Lease.NewFile(".json");
            await using var file = File.Create(path);
            await ResultWriter.WriteJsonAsync(rows, work.Request, project, file, cancel);
        }
        else if (ResultWriter.ToFile(rows, work.Request.Output, cancel).Failed(out var wrong, out path!))
        {
            return wrong;
        }

        await using var content = File.OpenRead(path);
        if ((await quota.ReserveAsync(job.Actor, content.Length, cancel)).Failed(out var full, out var reservation))
            return full;
        using var reserved = reservation;
        var blob = await blobs.PutAsync(key, content, cancel);
        reserved.Settle(blob.Size);
        var result = new HistoricalResult(job.Id.ToString(), work.Project, work.Request.Output, key, blob.Size, rows.Count);
        var stored = await db.WriteAsync<Done>(async session =>
        {
            if ((await job.GuardAsync(session)).Failure is { } lost)
                return lost;
            await HistoricalStore.PutAsync(session, job.Actor, result, time.GetUtcNow().ToUnixTimeMilliseconds());
            return Done.Ok;
        }, cancel);
        if (stored.Failure is { } failure)
            return failure;
        if (work.Entities is { } entities)
            await requests.DeleteAsync(job.Actor.Workspace, entities);
        return result;
    }
}
