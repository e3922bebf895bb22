using Orrery.Kernel;
using Orrery.Native;
using Orrery.Storage;

namespace Orrery.Serving;

/// <summary>Erasing what predictions about a subject left, for modules above: rows of logs, which are written anew without them, and labels.</summary>
public sealed class SubjectPredictions
{
    private readonly Db _db;
    private readonly IBlobs _blobs;
    private readonly LogScratch _scratch;

    internal SubjectPredictions(Db db, IBlobs blobs, LogScratch scratch) => (_db, _blobs, _scratch) = (db, blobs, scratch);

    /// <summary>Erases; may be repeated. What a server has not written yet is not there: it is written within <c>LogFlushSeconds</c>.</summary>
    /// <param name="actor">Who asks.</param>
    /// <param name="subject">Columns of the key and their values, as the log names whom a row is about.</param>
    /// <param name="cancel">Stops between files.</param>
    public async ValueTask<IReadOnlyList<ErasedPredictions>> EraseAsync(Actor actor, IReadOnlyDictionary<string, string> subject, CancellationToken cancel)
    {
        var erased = new List<ErasedPredictions>();
        await foreach (var environment in _blobs.ListFolderAsync(LogPlace.Of(actor.Workspace), cancel))
        {
            await foreach (var deployment in _blobs.ListFolderAsync(environment.Key + "/", cancel))
            {
                var (rows, labels) = (0L, 0L);
                var files = new List<string>();
                await foreach (var blob in _blobs.ListAsync(deployment.Key + "/", cancel))
                {
                    if (LogPlace.Parse(blob.Key) is not null)
                        files.Add(blob.Key);
                }

                foreach (var file in files)
                {
                    var (found, gone) = await EraseAsync(actor, file, subject, cancel);
                    (rows, labels) = (rows + found, labels + gone);
                }

                erased.Add(new(deployment.Key[LogPlace.Of(actor.Workspace).Length..], files.Count, rows, labels));
            }
        }

        return erased;
    }

    private async ValueTask<(long Rows, long Labels)> EraseAsync(Actor actor, string key, IReadOnlyDictionary<string, string> subject, CancellationToken cancel)
    {
        var (before, after) = (_scratch.NewPath(), _scratch.NewPath());
        try
        {
            if (!await FetchAsync(key, before, cancel))
                return default;
            List<(string Id, long Row)> rows;
            using (var database = DuckDatabase.Open(null, new DuckOptions { Threads = 1, MemoryLimitBytes = 256L << 20, AllowedDirectories = [_scratch.Folder] }))
            using (var connection = database.Connect())
            {
                rows = LogErasureStore.Find(connection, before, subject, cancel);
                if (rows.Count == 0)
                    return default;
                LogErasureStore.Write(connection, before, subject, after, cancel);
            }

            // Labels first: without the rows nobody would know which they are.
            var labels = await _db.WriteAsync<long>(async session => await LabelErasureStore.DeleteAsync(session, actor.Workspace, rows), cancel);
            await using var content = File.OpenRead(after);
            await _blobs.PutAsync(key, content, cancel);
            return (rows.Count, labels.Value);
        }
        finally
        {
            File.Delete(before);
            File.Delete(after);
        }
    }

    private async ValueTask<bool> FetchAsync(string key, string path, CancellationToken cancel)
    {
        await using var blob = await _blobs.OpenAsync(key, null, cancel);
        if (blob is null)
            return false;
        await using var file = File.Create(path);
        await blob.Stream.CopyToAsync(file, cancel);
        return true;
    }
}

/// <summary>What was erased of a deployment's log.</summary>
/// <param name="Deployment">Environment and name, as <c>production/churn</c>.</param>
/// <param name="Files">Files that were looked through.</param>
/// <param name="Rows">Rows that were erased.</param>
/// <param name="Labels">Labels that were erased, former ones among them.</param>
public sealed record ErasedPredictions(string Deployment, long Files, long Rows, long Labels);
