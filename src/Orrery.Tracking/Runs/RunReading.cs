using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Tracking;

/// <summary>Reads runs as they go over the wire: ids and revisions from SQL, the JSON from the cache where it is still true.</summary>
internal sealed class RunReading(Db db, RunCache cache, TrackingMetrics metrics)
{
    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>A run's JSON; <c>tracking.run_not_found</c>.</summary>
    public async ValueTask<Result<byte[]>> GetAsync(Actor actor, string runId, CancellationToken cancel) =>
        await db.ReadAsync<Result<byte[]>>(async session =>
        {
            if (await RunStore.FindAsync(session, actor.Workspace, runId) is not { } run)
                return RunFailures.NotFound(runId);
            return (await JsonAsync(session, actor.Workspace, [new(run.RunId, run.Revision)]))[0];
        }, cancel);

    /// <summary>One page of a search; <c>tracking.invalid_token</c>.</summary>
    public async ValueTask<Result<Page<byte[]>>> SearchAsync(Actor actor, RunSearch search, CancellationToken cancel) =>
        await db.ReadAsync<Result<Page<byte[]>>>(async session =>
        {
            if (await new RunSearchStore(session, actor.Workspace, search).PageAsync() is not { } page)
                return Experiments.InvalidToken(search.Token!);
            return new Page<byte[]>(await JsonAsync(session, actor.Workspace, page.Items), page.NextToken);
        }, cancel);

    private async ValueTask<byte[][]> JsonAsync(DbSession session, WorkspaceId workspace, IReadOnlyList<RunKey> keys)
    {
        var found = new byte[keys.Count][];
        List<string>? missing = null;
        for (var i = 0; i < found.Length; i++)
        {
            if (cache.Find(workspace, keys[i].RunId, keys[i].Revision) is { } json)
                found[i] = json;
            else
                (missing ??= []).Add(keys[i].RunId);
        }

        metrics.CacheUsed(hits: keys.Count - (missing?.Count ?? 0), misses: missing?.Count ?? 0);
        if (missing is null)
            return found;
        var loaded = (await RunDocumentStore.LoadAsync(session, workspace, missing)).ToDictionary(d => d.Info.RunId);
        for (var i = 0; i < found.Length; i++)
        {
            // Without a snapshot (PostgreSQL) a run may be gone, or newer, by now: what is there counts.
            if (found[i] is null && loaded.TryGetValue(keys[i].RunId, out var document))
                cache.Put(workspace, keys[i].RunId, Revision(keys[i], document), found[i] = Serialize(document));
        }

        return loaded.Count == missing.Count ? found : [.. found.Where(static json => json is not null)];
    }

    // The parts of a run are read by several statements. On PostgreSQL a write may fall between them: then the parts are of the
    // older revision or newer, and the entry must not serve the newer one.
    private static long Revision(RunKey key, RunDocument document) => Math.Min(key.Revision, document.Info.Revision);

    private static byte[] Serialize(RunDocument document)
    {
        var buffer = new ArrayBufferWriter<byte>(2048);
        using (var json = new Utf8JsonWriter(buffer, Relaxed))
            RunJson.Write(json, document);
        return buffer.WrittenSpan.ToArray();
    }
}

/// <summary>A run at a revision.</summary>
internal readonly record struct RunKey(string RunId, long Revision);
