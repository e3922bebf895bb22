using System.Text.Json;
using Orrery.Audit;
using Orrery.Kernel;
using Orrery.Lineage;
using Orrery.Storage;
using Orrery.Tenancy;

namespace Orrery.Features;

/// <summary>Training sets: joined rows that are kept, with what they were made of.</summary>
internal sealed class TrainingSets(
    PointInTime join, Historical historical, Projects projects, SourceFiles files, WorkspaceFiles uploads, QualityGate gate, Db db, IBlobs blobs, StorageQuota quota,
    IEnumerable<IFeatureUses> uses, Jobs jobs, AuditLog audit, LineageSender lineage, TimeProvider time, ISubjectConsent? consent = null)
{
    /// <summary>Begins to make one; a job does the work. <c>features.training_set_name_invalid</c>.</summary>
    public async ValueTask<Result<(TrainingSet Set, JobId Job)>> CreateAsync(Actor actor, FeatureProject project, HistoricalCall call, CancellationToken cancel)
    {
        if (call.Name is not { Length: > 0 and <= 200 } name || name.Any(char.IsControl))
            return Failure.Invalid("features.training_set_name_invalid", "A training set needs a 'name' of 1 to 200 characters.");
        var now = time.GetUtcNow();
        var set = new TrainingSet(Guid.CreateVersion7(now).ToString("D"), project.Name, name, TrainingSet.Building, actor.Name, now.ToUnixTimeMilliseconds());
        if ((await historical.KeepEntitiesAsync(actor, call, cancel)).Failed(out var full, out var entities))
            return full;
        var payload = HistoricalPayload.Write(new(project.Name, call.Request, entities) { TrainingSet = set.Id });
        return await db.WriteAsync<(TrainingSet, JobId)>(async session =>
        {
            await TrainingSetStore.InsertAsync(session, actor.Workspace, set);
            var job = await jobs.EnqueueAsync(session, actor, TrainingSetJob.JobKind, payload);
            await TrainingSetStore.SetJobAsync(session, actor.Workspace, set.Id, job.ToString());
            await audit.AppendAsync(session, actor, new("feature.training_set.create", "training-set", set.Id) { Detail = $"{{\"project\":\"{project.Name}\"}}" });
            return (set with { Job = job.ToString() }, job);
        }, cancel);
    }

    /// <summary>One of a project; <c>features.training_set_not_found</c>.</summary>
    public async ValueTask<Result<TrainingSet>> FindAsync(Actor actor, string project, string id, CancellationToken cancel) =>
        await db.ReadAsync(session => TrainingSetStore.FindAsync(session, actor.Workspace, id), cancel) is { } set && set.Project == project ? set : TrainingSet.NotFound(id);

    /// <summary>Those of a project, newest first; <c>features.project_not_found</c>.</summary>
    public async ValueTask<Result<List<TrainingSet>>> FindAllAsync(Actor actor, string project, string before, int limit, CancellationToken cancel) =>
        (await projects.FindAsync(actor, project, cancel)).Failed(out var unknown, out _) ? unknown : await ListAsync(actor, project, before, limit, cancel);

    /// <summary>The same, whether or not there is such a project.</summary>
    public ValueTask<List<TrainingSet>> ListAsync(Actor actor, string project, string before, int limit, CancellationToken cancel) =>
        db.ReadAsync(session => TrainingSetStore.ListAsync(session, actor.Workspace, project, before, limit), cancel);

    /// <summary>Deletes one with its rows; files that nothing else needs go too. <c>features.training_set_not_found</c>, <c>features.training_set_building</c>.</summary>
    public ValueTask<Result<Done>> DeleteAsync(Actor actor, string project, string id, CancellationToken cancel) => DeleteAsync(actor, project, id, evenIfUsed: true, cancel);

    /// <summary>The same for one that no run names; besides <c>features.training_set_used</c>.</summary>
    public ValueTask<Result<Done>> DeleteUnusedAsync(Actor actor, string project, string id, CancellationToken cancel) => DeleteAsync(actor, project, id, evenIfUsed: false, cancel);

    private async ValueTask<Result<Done>> DeleteAsync(Actor actor, string project, string id, bool evenIfUsed, CancellationToken cancel)
    {
        var removed = await db.WriteAsync<(TrainingSet Set, List<WorkspaceFile> Files)>(async session =>
        {
            if (await TrainingSetStore.FindAsync(session, actor.Workspace, id) is not { } set || set.Project != project)
                return TrainingSet.NotFound(id);
            if (set.State == TrainingSet.Building)
                return Failure.Conflict("features.training_set_building", $"Training set {id} is being made; cancel job {set.Job} first.");
            if (!evenIfUsed && await IsUsedAsync(session, actor.Workspace, set))
                return Failure.Conflict("features.training_set_used", $"Training set {id} is named by a run.");
            await TrainingSetStore.DeleteAsync(session, actor.Workspace, id);
            await audit.AppendAsync(session, actor, new("feature.training_set.delete", "training-set", id));
            return (set, await FileStore.DropAsync(session, actor.Workspace));
        }, cancel);
        if (removed.Failed(out var failure, out var gone))
            return failure;
        await uploads.DeleteAsync(gone.Files);
        if (gone.Set.BlobKey is { } key)
            await blobs.DeleteAsync(key, CancellationToken.None);
        if (gone.Set.Entities is { } entities)
            await blobs.DeleteAsync(entities.BlobKey, CancellationToken.None);
        return Done.Ok;
    }

    private async ValueTask<bool> IsUsedAsync(DbSession session, WorkspaceId workspace, TrainingSet set)
    {
        if (set.ContentHash is not { } hash)
            return false;
        foreach (var asked in uses)
        {
            if ((await asked.NeededAsync(session, workspace, [new(set.Id, set.Project, set.Name, TrainingData.DigestOf(hash))])).Count > 0)
                return true;
        }

        return false;
    }

    /// <summary>A set's manifest; null before it is ready.</summary>
    public static Manifest? ManifestOf(TrainingSet set) => set.Manifest is { } text ? JsonSerializer.Deserialize(text, ManifestJson.Default.Manifest) : null;

    /// <summary>Does the job's work.</summary>
    public async Task<Result<TrainingSet>> BuildAsync(JobContext job, HistoricalWork work, CancellationToken cancel)
    {
        var actor = job.Actor;
        if (await db.ReadAsync(session => TrainingSetStore.FindAsync(session, actor.Workspace, work.TrainingSet!), cancel) is not { } set)
            return TrainingSet.NotFound(work.TrainingSet!);
        if ((await projects.FindAsync(actor, work.Project, cancel)).Failed(out var gone, out var project) || work.Request.Select(project).Failed(out gone, out var selection))
            return await FailAsync(job, set, gone, cancel);
        await using var progress = new JoinProgress(job);
        var checks = new ViewChecks(gate, actor, project);
        var options = new JoinOptions(work.Request.Timestamp, work.Request.KnownAt)
        {
            WithState = true,
            Checks = checks,
            Excluded = consent is null ? null : await consent.NowAsync(actor.Workspace, SubjectPurpose.Training, cancel),
        };
        if ((await join.JoinAsync(selection, lease => historical.EntitiesAsync(lease, work, cancel), options, progress.Watch, cancel)).Failed(out gone, out var rows))
            return gone.Kind is FailureKind.Unavailable or FailureKind.Exhausted ? gone : await FailAsync(job, set, gone, cancel);
        using (rows)
        {
            if (ResultWriter.ToFile(rows.Kept(cancel), OutputFormat.Parquet, cancel).Failed(out gone, out var path))
                return await FailAsync(job, set, gone, cancel);
            var sources = await Manifests.HashedAsync(rows.Snapshot, files, cancel);
            var entities = work.Entities is { } kept ? await EntitiesAsync(kept, cancel) : null;
            var manifest = Manifest(set, work, selection, rows, sources, entities, cancel) with { Quality = ManifestRules.Quality(checks.Reports) };
            await using var content = File.OpenRead(path);
            if ((await quota.ReserveAsync(actor, content.Length, cancel)).Failed(out gone, out var reservation))
                return await FailAsync(job, set, gone, cancel);
            using var reserved = reservation;
            var blob = await blobs.PutAsync($"{actor.WorkspaceName}/features/training-sets/{set.Id}.parquet", content, cancel);
            reserved.Settle(blob.Size);
            return await StoreAsync(job, project, set with
            {
                State = TrainingSet.Ready,
                ContentHash = manifest.ContentHash,
                Rows = rows.Count,
                Manifest = JsonSerializer.Serialize(manifest, ManifestJson.Default.Manifest),
                Statistics = ColumnStatistics.Of(rows, cancel),
                BlobKey = blob.Key,
                Size = blob.Size,
                Sha256 = blob.Sha256,
                Entities = entities,
            }, sources, cancel);
        }
    }

    private static Manifest Manifest(
        TrainingSet set, HistoricalWork work, FeatureSelection selection, JoinedRows rows, List<SourceState> sources, TrainingSetEntities? entities, CancellationToken cancel) => new()
        {
            Id = set.Id,
            Name = set.Name,
            Project = set.Project,
            Revision = selection.Project.Revision,
            KnownAt = work.Request.KnownAt,
            TimestampColumn = work.Request.Timestamp,
            FullFeatureNames = work.Request.FullFeatureNames,
            FeatureService = work.Request.FeatureService,
            Range = work.Request.Mode is { } mode ? new(mode, work.Request.Start, work.Request.End) : null,
            Entities = entities is { } kept ? new(kept.BlobKey, Path.GetExtension(kept.BlobKey)[1..], kept.Sha256) : null,
            Projections = Manifests.Projections(selection),
            Definitions = Manifests.Definitions(selection),
            Sources = [.. sources.Select(Manifests.Source)],
            Columns = [.. rows.Columns.Select(static column => new ManifestColumn(column.Name, column.Feature?.ToString()))],
            RestrictedColumns = [.. HistoricalRights.RestrictedColumns(selection)],
            Rules = ManifestRules.Of(selection),
            Warnings = ManifestRules.Warnings(selection, work.Request.KnownAt),
            RowCount = rows.Count,
            OptedOutRows = rows.Excluded > 0 ? rows.Excluded : null,
            ContentHash = Orrery.Features.ContentHash.Of(rows, cancel),
            CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(set.CreatedAt),
        };

    private async ValueTask<TrainingSetEntities> EntitiesAsync(string key, CancellationToken cancel)
    {
        await using var blob = await blobs.OpenAsync(key, range: null, cancel) ?? throw new InvalidOperationException($"The entity rows {key} are not there.");
        return new(key, blob.Total, Convert.ToHexStringLower(await System.Security.Cryptography.SHA256.HashDataAsync(blob.Stream, cancel)));
    }

    // The failure is final: it is written down with the set.
    private async ValueTask<Result<TrainingSet>> FailAsync(JobContext job, TrainingSet set, Failure failure, CancellationToken cancel)
    {
        var stored = await StoreAsync(job, null, set with { State = TrainingSet.Failed, Problem = $"{failure.Code}: {failure.Message}" }, [], cancel);
        return stored.Failure ?? failure;
    }

    private async ValueTask<Result<TrainingSet>> StoreAsync(JobContext job, FeatureProject? project, TrainingSet set, IReadOnlyList<SourceState> sources, CancellationToken cancel) =>
        await db.WriteAsync<TrainingSet>(async session =>
        {
            if ((await job.GuardAsync(session)).Failure is { } lost)
                return lost;
            await TrainingSetStore.CompleteAsync(session, job.Actor.Workspace, set, sources);
            if (set.Entities is { } entities)
                await RequestStore.DeleteAsync(session, job.Actor.Workspace, [entities.BlobKey]);
            if (ManifestOf(set) is { } manifest)
            {
                await TrainingPartStore.LinkAsync(session, job.Actor.Workspace, set.Project, [set.Id], TrainingPart.Of(manifest, set.Id));
                await SetEdges.AppendAsync(session, job.Actor.Workspace, project, manifest);
            }

            lineage.Tell(session, job.Actor, SetEdges.Ended(set, time.GetUtcNow().ToUnixTimeMilliseconds()));

            return set;
        }, cancel);
}
