namespace Orrery.Native;

/// <summary>Keeps one instance for a file in this process: two would write over each other.</summary>
internal static class Instances
{
    private static readonly Lock Opening = new();
    private static readonly Dictionary<string, string> Settled = new(StringComparer.Ordinal);
    private static nint _cache;

    public static DatabaseHandle Open(string? path, DuckOptions options)
    {
        lock (Opening)
        {
            var handle = new DatabaseHandle(Create(path, options));
            try
            {
                Settle(handle, path, options);
                return handle;
            }
            catch
            {
                handle.Dispose();
                throw;
            }
        }
    }

    public static ConnectionHandle Connect(DatabaseHandle database)
    {
        if (NativeMethods.duckdb_connect(database, out var connection) != 0)
            throw new DuckException(DuckErrorType.Connection, "DuckDB gave no connection.");
        return new(connection, database);
    }

    private static nint Create(string? path, DuckOptions options)
    {
        var config = Configure(options);
        try
        {
            if (_cache == 0)
                _cache = NativeMethods.duckdb_create_instance_cache();
            nint database, error;
            var state = path is null
                ? NativeMethods.duckdb_open_ext(null, out database, config, out error)
                : NativeMethods.duckdb_get_or_create_from_cache(_cache, path, out database, config, out error);
            if (state == 0)
                return database;
            NativeMethods.duckdb_close(ref database);
            throw Failures.Of(error == 0 ? "IO Error: the database did not open." : Failures.TakeText(error), sql: null);
        }
        finally
        {
            NativeMethods.duckdb_destroy_config(ref config);
        }
    }

    private static nint Configure(DuckOptions options)
    {
        _ = NativeMethods.duckdb_create_config(out var config);
        foreach (var (name, value) in Settings.AtOpen(options))
        {
            if (NativeMethods.duckdb_set_config(config, name, value) == 0)
                continue;
            NativeMethods.duckdb_destroy_config(ref config);
            throw new DuckException(DuckErrorType.InvalidConfiguration, $"DuckDB does not take {value} for its setting {name}.");
        }

        return config;
    }

    // What another call opened and settled is locked: it can be shared as it is, or not at all.
    private static void Settle(DatabaseHandle handle, string? path, DuckOptions options)
    {
        var wanted = Settings.Lock(options);
        using var connection = new DuckConnection(Connect(handle));
        if (!connection.IsLocked())
        {
            _ = connection.Execute(wanted);
            if (path is not null)
                Settled[path] = wanted;
            return;
        }

        if (path is null || Settled.GetValueOrDefault(path) != wanted)
            throw new DuckException(DuckErrorType.InvalidConfiguration, $"{path} is open in this process with other directories or paths allowed.");
    }
}
