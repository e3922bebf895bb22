using System.Text.Json;
using Orrery.Audit;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Features;

/// <summary>Makes training sets again of their manifests, and says what is not as it was.</summary>
internal sealed class Reproductions(PointInTime join, Historical historical, RequestBlobs requests, Projects projects, SourceFiles files, IBlobs blobs, Db db, Jobs jobs, AuditLog audit, ISubjectConsent? consent = null)
{
    /// <summary>Begins; a job does the work.</summary>
    /// <param name="actor">Who asks.</param>
    /// <param name="manifest">What is to be made again.</param>
    /// <param name="entities">Entity rows that came with a manifest of another server; null for the ones that this server keeps.</param>
    /// <param name="cancel">Stops waiting.</param>
    public async ValueTask<Result<JobId>> EnqueueAsync(Actor actor, Manifest manifest, byte[]? entities, CancellationToken cancel)
    {
        string? key = null;
        if (entities is not null && manifest.Entities is { } kept)
        {
            if (kept.Format is not ("json" or "csv" or "parquet"))
                return Failure.Invalid("features.manifest_invalid", $"The manifest's entity rows are of the unknown format '{kept.Format}'.");
            using var content = new MemoryStream(entities, writable: false);
            if ((await requests.PutAsync(actor, "." + kept.Format, content, content.Length, cancel)).Failed(out var full, out key))
                return full;
        }
        else if (manifest.Entities is { } own && !own.BlobKey.StartsWith($"{actor.WorkspaceName}/features/requests/", StringComparison.Ordinal))
        {
            return Failure.Invalid("features.entities_missing", "This server does not have the entity rows of the manifest; send them along.");
        }

        var payload = JsonSerializer.Serialize(new ReproductionWork(manifest, key), ManifestJson.Default.ReproductionWork);
        return await db.WriteAsync<JobId>(async session =>
        {
            var id = await jobs.EnqueueAsync(session, actor, ReproductionJob.JobKind, payload);
            await audit.AppendAsync(session, actor, new("feature.training_set.reproduce", "training-set", manifest.Id.Length > 64 ? manifest.Id[..64] : manifest.Id));
            return id;
        }, cancel);
    }

    /// <summary>Does the job's work.</summary>
    public async Task<Result<Reproduction>> RunAsync(JobContext job, ReproductionWork work, CancellationToken cancel)
    {
        var (actor, manifest) = (job.Actor, work.Manifest);
        if ((await projects.FindAsync(actor, manifest.Project, cancel)).Failed(out var wrong, out var project) || Manifests.Select(project, manifest).Failed(out wrong, out var selection))
            return wrong;
        var differences = ReproductionReasons.Definitions(manifest.Definitions, Manifests.Definitions(selection)).ToList();
        var entities = work.Entities ?? manifest.Entities?.BlobKey;
        differences.AddRange(await EntitiesAsync(manifest, entities, cancel));
        var pins = await PinAsync(actor, project, manifest, differences, cancel);
        await using var progress = new JoinProgress(job);
        var request = new HistoricalRequest { Mode = manifest.Range?.Mode, Start = manifest.Range?.Start ?? 0, End = manifest.Range?.End ?? 0 };
        var historicalWork = new HistoricalWork(project.Name, request, entities);
        var options = new JoinOptions(manifest.TimestampColumn, manifest.KnownAt)
        {
            Pins = pins,
            WithState = true,
            Rules = ManifestRules.Of(manifest) ?? new Dictionary<(string, int), IReadOnlyList<QualityRule>>(),
            Excluded = consent is null ? null : await consent.NowAsync(actor.Workspace, SubjectPurpose.Training, cancel),
        };
        if ((await join.JoinAsync(selection, lease => historical.EntitiesAsync(lease, historicalWork, cancel), options, progress.Watch, cancel)).Failed(out wrong, out var rows))
            return differences.Count > 0 ? wrong with { Message = $"{wrong.Message} What is not as it was: {string.Join(" ", differences)}" } : wrong;
        using (rows)
        {
            var hash = ContentHash.Of(rows, cancel);
            var equal = hash == manifest.ContentHash;
            differences.AddRange(ReproductionReasons.Sources(manifest.Sources, rows.Snapshot));
            differences.AddRange(ReproductionReasons.Subjects(manifest, rows));
            differences.AddRange(ReproductionReasons.Rows(manifest, rows));
            if (!equal)
                differences.AddRange(ReproductionReasons.Queries(project, manifest.Sources));
            if (!equal && differences.Count == 0)
                differences.Add(ReproductionReasons.Unknown);
            return new Reproduction(equal, manifest.ContentHash, hash, rows.Count, differences);
        }
    }

    private async ValueTask<List<string>> EntitiesAsync(Manifest manifest, string? key, CancellationToken cancel)
    {
        if (manifest.Entities is not { } then || key is null)
            return [];
        await using var blob = await blobs.OpenAsync(key, range: null, cancel);
        var now = blob is null ? null : Convert.ToHexStringLower(await System.Security.Cryptography.SHA256.HashDataAsync(blob.Stream, cancel));
        return now == then.Sha256 ? [] : [$"The entity rows {(now is null ? "are gone" : $"are others: their SHA-256 is {now[..12]}, not {then.Sha256[..12]}")}."];
    }

    // Every file by its content, wherever it is now; where that is gone, what has its place.
    private async ValueTask<SourcePins> PinAsync(Actor actor, FeatureProject project, Manifest manifest, List<string> differences, CancellationToken cancel)
    {
        var pins = new SourcePins();
        foreach (var source in manifest.Sources)
        {
            if (source.Sequence is { } sequence)
                pins.Sequences[source.Name] = sequence;
            if (source.Files.Count == 0 || !project.Sources.TryGetValue(source.Name, out var definition))
                continue;
            var now = await files.LocalAsync(project, definition, cancel);
            var current = now.Succeeded ? now.Value : [];
            var pinned = new List<LocalFile>();
            foreach (var file in source.Files)
            {
                if (await files.FindAsync(actor, definition, file.Path, file.Sha256, current, cancel) is { } found)
                    pinned.Add(found);
                else
                    differences.Add($"Source {source.Name}: the file {file.Path} ({file.Sha256[..12]}) {(current.Exists(one => one.Name == file.Path) ? "has changed" : "is gone")}.");
            }

            // With all of its files a source is what it was; without some it is what it is now.
            if (pinned.Count == source.Files.Count)
                pins.Files[source.Name] = pinned;
        }

        return pins;
    }
}
