using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Native;
using Orrery.Storage;

namespace Orrery.Serving;

/// <summary>Reads files of prediction logs, newest first, no more of them than the answer needs.</summary>
internal sealed class LogReading(IBlobs blobs, LogScratch scratch) : IDisposable
{
    private const int FilesAtOnce = 16;
    private const int FilesCounted = 96;

    private readonly SemaphoreSlim _slots = new(2);

    /// <summary>Up to so many rows of a deployment's log.</summary>
    public async ValueTask<List<LoggedPrediction>> ReadAsync(DeploymentKey key, LogQuery query, int limit, CancellationToken cancel)
    {
        await _slots.WaitAsync(cancel);
        try
        {
            using var database = Open();
            using var connection = database.Connect();
            var found = new List<LoggedPrediction>();
            foreach (var day in (await DaysAsync(LogPlace.Of(key), query, cancel)).OrderDescending())
            {
                if (Enough(found, limit, EndOf(day)))
                    break;
                var files = await FilesAsync(LogPlace.Of(LogPlace.Of(key), day), query, cancel);
                foreach (var batch in files.OrderByDescending(static file => file.To).Chunk(FilesAtOnce))
                {
                    if (Enough(found, limit, batch[0].To))
                        break;
                    found = Merge(found, await ReadAsync(connection, batch, query, limit, cancel), limit);
                }
            }

            return found;
        }
        finally
        {
            _slots.Release();
        }
    }

    /// <summary>How many rows of a model a deployment's log has, and about how many users and entities; of the newest files alone where there are many.</summary>
    public async ValueTask<(long Rows, long Subjects)> CountAsync(DeploymentKey key, string model, LogQuery query, CancellationToken cancel)
    {
        await _slots.WaitAsync(cancel);
        var paths = new List<string>();
        try
        {
            var files = new List<LogPlace>();
            foreach (var day in await DaysAsync(LogPlace.Of(key), query, cancel))
                files.AddRange(await FilesAsync(LogPlace.Of(LogPlace.Of(key), day), query, cancel));
            foreach (var file in files.OrderByDescending(static file => file.To).Take(FilesCounted))
            {
                if (await FetchAsync(file.Key, cancel) is { } path)
                    paths.Add(path);
            }

            if (paths.Count == 0)
                return (0, 0);
            using var database = Open();
            using var connection = database.Connect();
            return LogFileStore.Count(connection, paths, model, query, cancel);
        }
        finally
        {
            foreach (var path in paths)
                File.Delete(path);
            _slots.Release();
        }
    }

    /// <summary>The rows of one prediction, wherever in a workspace it was made.</summary>
    public async ValueTask<List<LoggedPrediction>> FindAsync(WorkspaceId workspace, LogQuery query, CancellationToken cancel)
    {
        var day = DateOnly.FromDateTime(DateTimeOffset.FromUnixTimeMilliseconds(query.From).UtcDateTime);
        await _slots.WaitAsync(cancel);
        try
        {
            using var database = Open();
            using var connection = database.Connect();
            var found = new List<LoggedPrediction>();
            await foreach (var environment in blobs.ListFolderAsync(LogPlace.Of(workspace), cancel))
            {
                await foreach (var deployment in blobs.ListFolderAsync(environment.Key + "/", cancel))
                {
                    foreach (var batch in (await FilesAsync(LogPlace.Of(deployment.Key + "/", day), query, cancel)).Chunk(FilesAtOnce))
                        found.AddRange(await ReadAsync(connection, batch, query, int.MaxValue, cancel));
                    if (found.Count > 0)
                        return found;
                }
            }

            return found;
        }
        finally
        {
            _slots.Release();
        }
    }

    public void Dispose() => _slots.Dispose();

    private DuckDatabase Open() => DuckDatabase.Open(null, new DuckOptions { Threads = 1, MemoryLimitBytes = 256L << 20, AllowedDirectories = [scratch.Folder] });

    private static bool Enough(List<LoggedPrediction> found, int limit, long newest) => found.Count >= limit && found[limit - 1].At > newest;

    private static long EndOf(DateOnly day) => new DateTimeOffset(day.AddDays(1), TimeOnly.MinValue, TimeSpan.Zero).ToUnixTimeMilliseconds();

    private static List<LoggedPrediction> Merge(List<LoggedPrediction> found, List<LoggedPrediction> more, int limit) =>
        [.. found.Concat(more).OrderByDescending(static row => row.At).ThenByDescending(static row => row.PredictionId, StringComparer.Ordinal)
            .ThenByDescending(static row => row.Row).ThenByDescending(static row => row.Variant, StringComparer.Ordinal).Take(limit)];

    private async ValueTask<List<DateOnly>> DaysAsync(string folder, LogQuery query, CancellationToken cancel)
    {
        var days = new List<DateOnly>();
        await foreach (var entry in blobs.ListFolderAsync(folder, cancel))
        {
            if (LogPlace.Day(entry.Key) is { } day && EndOf(day) >= query.From && EndOf(day.AddDays(-1)) <= query.To)
                days.Add(day);
        }

        return days;
    }

    private async ValueTask<List<LogPlace>> FilesAsync(string folder, LogQuery query, CancellationToken cancel)
    {
        var last = Math.Min(query.To, query.After?.At ?? long.MaxValue);
        var files = new List<LogPlace>();
        await foreach (var blob in blobs.ListAsync(folder, cancel))
        {
            if (LogPlace.Parse(blob.Key) is { } file && file.To >= query.From && file.From <= last)
                files.Add(file);
        }

        return files;
    }

    private async ValueTask<List<LoggedPrediction>> ReadAsync(DuckConnection connection, LogPlace[] files, LogQuery query, int limit, CancellationToken cancel)
    {
        var paths = new List<string>();
        try
        {
            foreach (var file in files)
            {
                if (await FetchAsync(file.Key, cancel) is { } path)
                    paths.Add(path);
            }

            return paths.Count == 0 ? [] : LogFileStore.Read(connection, paths, query, limit, cancel);
        }
        finally
        {
            foreach (var path in paths)
                File.Delete(path);
        }
    }

    // Null when retention was faster.
    private async ValueTask<string?> FetchAsync(string key, CancellationToken cancel)
    {
        await using var blob = await blobs.OpenAsync(key, null, cancel);
        if (blob is null)
            return null;
        var path = scratch.NewPath();
        if (blob.LocalPath is { } local && FileLinks.TryLink(Path.GetFullPath(local), path))
            return path;
        await using var copy = new FileStream(path, FileMode.CreateNew, FileAccess.Write);
        await blob.Stream.CopyToAsync(copy, cancel);
        return path;
    }
}
