using Orrery.Features;
using Orrery.Kernel;
using Orrery.Native;
using Orrery.Storage;

namespace Orrery.Serving;

/// <summary>
/// Erasing what predictions about a subject left, for modules above: rows of logs, which are written anew without them, and labels. Of each deployment first
/// the rows are found and their labels erased, then the rows: without them nobody would know which labels they have.
/// </summary>
public sealed class SubjectPredictions
{
    private readonly IBlobs _blobs;
    private readonly LogScratch _scratch;
    private readonly SubjectCodes _codes;

    internal SubjectPredictions(IBlobs blobs, LogScratch scratch, SubjectCodes codes) => (_blobs, _scratch, _codes) = (blobs, scratch, codes);

    /// <summary>Deployments that have a log, as <c>production/churn</c>.</summary>
    public async ValueTask<IReadOnlyList<string>> DeploymentsAsync(Actor actor, CancellationToken cancel)
    {
        var names = new List<string>();
        await foreach (var environment in _blobs.ListFolderAsync(LogPlace.Of(actor.Workspace), cancel))
        {
            await foreach (var deployment in _blobs.ListFolderAsync(environment.Key + "/", cancel))
                names.Add(deployment.Key[LogPlace.Of(actor.Workspace).Length..]);
        }

        return names;
    }

    /// <summary>Looks through a deployment's log. What a server has not written yet is not there: it is written within <c>LogFlushSeconds</c>.</summary>
    /// <param name="actor">Who asks.</param>
    /// <param name="deployment">Environment and name.</param>
    /// <param name="subject">Columns of the key and their values.</param>
    /// <param name="cancel">Stops between files.</param>
    public async ValueTask<FoundPredictions> FindAsync(Actor actor, string deployment, IReadOnlyDictionary<string, string> subject, CancellationToken cancel)
    {
        var (parts, others) = (Parts(actor, subject, static value => value), Parts(actor, subject, SubjectIndex.Whole));
        var (rows, alike, untold) = (new List<(string, long)>(), 0L, 0L);
        foreach (var file in await FilesAsync(actor, deployment, cancel))
        {
            await OpenAsync(file, (connection, path) =>
            {
                rows.AddRange(LogErasureStore.Find(connection, path, parts, cancel));
                alike += parts.SequenceEqual(others) ? 0 : LogErasureStore.Find(connection, path, others, cancel).Count;
                untold += LogErasureStore.CountUntold(connection, path, cancel);
            }, cancel);
        }

        return new(rows, alike, untold);
    }

    /// <summary>Erases the labels of rows, former ones among them, in a transaction of the caller's.</summary>
    /// <returns>How many.</returns>
    public static ValueTask<long> EraseLabelsAsync(DbSession session, Actor actor, FoundPredictions found)
    {
        ArgumentNullException.ThrowIfNull(found);
        return found.Rows.Count == 0 ? new(0) : LabelErasureStore.DeleteAsync(session, actor.Workspace, found.Rows);
    }

    /// <summary>Erases the rows of a deployment's log; may be repeated.</summary>
    /// <returns>How many were there.</returns>
    public async ValueTask<long> EraseAsync(Actor actor, string deployment, IReadOnlyDictionary<string, string> subject, CancellationToken cancel)
    {
        var parts = Parts(actor, subject, static value => value);
        var erased = 0L;
        foreach (var file in await FilesAsync(actor, deployment, cancel))
        {
            var after = _scratch.NewPath();
            try
            {
                var found = 0;
                await OpenAsync(file, (connection, path) =>
                {
                    if ((found = LogErasureStore.Find(connection, path, parts, cancel).Count) > 0)
                        LogErasureStore.Write(connection, path, parts, after, cancel);
                }, cancel);
                if (found == 0)
                    continue;
                await using var content = File.OpenRead(after);
                await _blobs.PutAsync(file, content, cancel);
                erased += found;
            }
            finally
            {
                File.Delete(after);
            }
        }

        return erased;
    }

    private List<SubjectPart> Parts(Actor actor, IReadOnlyDictionary<string, string> subject, Func<string, string> form) =>
        [.. subject.Select(pair => (pair.Key, Value: form(pair.Value.Trim()))).Select(pair => new SubjectPart(pair.Key, pair.Value, _codes.OfPart(actor.Workspace, pair.Key, pair.Value)))];

    private async ValueTask<List<string>> FilesAsync(Actor actor, string deployment, CancellationToken cancel)
    {
        var files = new List<string>();
        await foreach (var blob in _blobs.ListAsync($"{LogPlace.Of(actor.Workspace)}{deployment}/", cancel))
        {
            if (LogPlace.Parse(blob.Key) is not null)
                files.Add(blob.Key);
        }

        return files;
    }

    // A file that retention takes meanwhile is gone with all its rows.
    private async ValueTask OpenAsync(string key, Action<DuckConnection, string> look, CancellationToken cancel)
    {
        var path = _scratch.NewPath();
        try
        {
            await using (var blob = await _blobs.OpenAsync(key, null, cancel))
            {
                if (blob is null)
                    return;
                await using var file = File.Create(path);
                await blob.Stream.CopyToAsync(file, cancel);
            }

            using var database = DuckDatabase.Open(null, new DuckOptions { Threads = 1, MemoryLimitBytes = 256L << 20, AllowedDirectories = [_scratch.Folder] });
            using var connection = database.Connect();
            look(connection, path);
        }
        finally
        {
            File.Delete(path);
        }
    }
}

/// <summary>What a deployment's log has of a subject.</summary>
/// <param name="Rows">Predictions and rows of them that are about the subject.</param>
/// <param name="Alike">Rows about a key that is the same number otherwise written: whether they are the subject's the log cannot tell.</param>
/// <param name="Untold">Rows that were looked up by a key which was not logged.</param>
public sealed record FoundPredictions(IReadOnlyList<(string Id, long Row)> Rows, long Alike, long Untold);
