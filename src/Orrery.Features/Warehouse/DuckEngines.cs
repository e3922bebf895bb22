using Orrery.Kernel;
using Orrery.Native;

namespace Orrery.Features;

/// <summary>
/// The embedded engines: one DuckDB in memory for each workspace that asks, closed when others push it out. SQL in it reaches the workspace's
/// own folders and nothing else. So many queries at once in the whole server; more wait for a while, and when too many wait they are refused.
/// </summary>
internal sealed class DuckEngines(FeatureOptions options, FeatureFolders folders) : IDisposable
{
    private const int MostEngines = 8;
    private const int WaitingForEach = 8;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan JobsPatience = TimeSpan.FromMinutes(10);

    private static readonly string[] LeftBehind = ["requests", "spill"];

    private readonly Lock _lock = new();
    private readonly LinkedList<Engine> _engines = new();
    private readonly HashSet<WorkspaceId> _seen = [];
    private readonly EngineSlots _slots = new(Math.Max(1, options.DuckDb.Concurrency));
    private bool _disposed;

    private int Threads => options.DuckDb.Threads > 0 ? options.DuckDb.Threads : Environment.ProcessorCount;

    /// <summary>A connection of a workspace's engine with an empty folder for the request's files; dispose it soon.</summary>
    /// <returns><c>features.busy</c>, <c>features.engine_unavailable</c>.</returns>
    public async ValueTask<Result<DuckLease>> LeaseAsync(WorkspaceId workspace, CancellationToken cancel, EngineUse use = EngineUse.Job)
    {
        var most = Math.Max(1, options.DuckDb.Concurrency) * WaitingForEach;
        if (!await _slots.TakeAsync(workspace, use, most, use is EngineUse.Job ? JobsPatience : Patience, cancel))
            return Failure.Unavailable("features.busy", "Too many queries wait for the embedded engine; try later.");
        try
        {
            return Open(workspace, use);
        }
        catch (DuckException e)
        {
            _slots.Release(workspace, use);
            return Failure.Unavailable("features.engine_unavailable", $"The embedded engine cannot be opened: {e.Summary}");
        }
        catch
        {
            _slots.Release(workspace, use);
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            foreach (var engine in _engines)
                engine.Database.Dispose();
            _engines.Clear();
        }
    }

    private DuckLease Open(WorkspaceId workspace, EngineUse use)
    {
        var temporary = folders.Temporary(workspace);
        var scratch = Path.Combine(temporary, "requests", Path.GetRandomFileName());
        DuckConnection connection;
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            connection = Find(workspace, temporary).Connect();
        }

        Directory.CreateDirectory(scratch);
        return new(connection, scratch, () => _slots.Release(workspace, use)) { QueryLimits = QueryLimits.Of(options.DuckDb, Threads) };
    }

    // What is pushed out lives on until its last connection is disposed.
    private DuckDatabase Find(WorkspaceId workspace, string temporary)
    {
        for (var node = _engines.First; node is not null; node = node.Next)
        {
            if (node.Value.Workspace != workspace)
                continue;
            _engines.Remove(node);
            _engines.AddFirst(node);
            return node.Value.Database;
        }

        var cache = folders.Cache(workspace);
        Directory.CreateDirectory(cache);
        Directory.CreateDirectory(temporary);
        if (_seen.Add(workspace))
            Empty(temporary);
        var database = DuckDatabase.Open(null, new()
        {
            Threads = Threads,
            MemoryLimitBytes = (long)options.DuckDb.MemoryMb << 20,
            TempDirectory = Path.Combine(temporary, "spill"),
            AllowedDirectories = [cache, Path.Combine(temporary, "requests")],
        });
        _engines.AddFirst(new Engine(workspace, database));
        if (_engines.Count > MostEngines)
        {
            _engines.Last!.Value.Database.Dispose();
            _engines.RemoveLast();
        }

        return database;
    }

    // What a server before this one left when it was killed.
    private static void Empty(string temporary)
    {
        foreach (var name in LeftBehind)
        {
            var left = Path.Combine(temporary, name);
            if (Directory.Exists(left))
                Directory.Delete(left, recursive: true);
        }
    }

    private sealed record Engine(WorkspaceId Workspace, DuckDatabase Database);
}
