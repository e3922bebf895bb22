using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Orrery.Kernel;
using SQLitePCL;

namespace Orrery.Storage;

/// <summary>SQLite in a file, WAL, synchronous=FULL: one writer with group commit, a few readers.</summary>
internal sealed class SqliteDb : Db
{
    private const int MaxReaders = 8;
    private readonly string _path;
    private readonly FileStream _lock;
    private readonly SqliteWriter _writer;
    private readonly ConcurrentBag<Connection> _idle = [];
    private readonly SemaphoreSlim _readers = new(MaxReaders);

    // A connection is used by one thread at a time, so it needs no mutexes of its own; and nobody asks what memory SQLite uses,
    // which it would count under one mutex for all.
    static SqliteDb()
    {
        Batteries_V2.Init();
        raw.sqlite3_config(raw.SQLITE_CONFIG_MULTITHREAD);
        raw.sqlite3_config(raw.SQLITE_CONFIG_MEMSTATUS, 0);
    }

    private SqliteDb(string path, FileStream @lock, SqliteWriter writer)
    {
        _path = path;
        _lock = @lock;
        _writer = writer;
    }

    public override SqlDialect Dialect => SqlDialect.Sqlite;

    /// <summary>Opens the file, making it if need be, and takes the lock that keeps a second server out.</summary>
    /// <exception cref="DatabaseLockedException">Another server has it.</exception>
    /// <exception cref="DatabaseUnavailableException">The file cannot be opened: the disk is full, or it is not readable.</exception>
    public static SqliteDb Open(string path, StorageMetrics metrics, ILogger logger, TimeProvider time)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        var held = Lock(path);
        try
        {
            var connection = Connect(path, readOnly: false);
            return new(path, held, new SqliteWriter(connection, metrics, logger, time));
        }
        catch (SqliteException e) when (SqliteErrors.IsUnavailable(e))
        {
            held.Dispose();
            throw new DatabaseUnavailableException($"The database {path} cannot be opened: {e.Message}", e);
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    public override async ValueTask<T> ReadAsync<T>(Func<DbSession, ValueTask<T>> read, CancellationToken cancel)
    {
        await _readers.WaitAsync(cancel);
        try
        {
            var connection = _idle.TryTake(out var idle) ? idle : new Connection(Connect(_path, readOnly: true));
            try
            {
                return await connection.ReadAsync(read);
            }
            finally
            {
                _idle.Add(connection);
            }
        }
        catch (SqliteException e) when (SqliteErrors.IsUnavailable(e))
        {
            throw new DatabaseUnavailableException("The database file cannot be read: " + e.Message, e);
        }
        finally
        {
            _readers.Release();
        }
    }

    public override async ValueTask<T> SnapshotAsync<T>(Func<DbSession, ValueTask<T>> read, CancellationToken cancel)
    {
        try
        {
            using var connection = new Connection(Connect(_path, readOnly: true));
            return await connection.SnapshotAsync(read);
        }
        catch (SqliteException e) when (SqliteErrors.IsUnavailable(e))
        {
            throw new DatabaseUnavailableException("The database file cannot be read: " + e.Message, e);
        }
    }

    public override ValueTask<Result<T>> WriteAsync<T>(Func<DbSession, ValueTask<Result<T>>> write, CancellationToken cancel) =>
        _writer.WriteAsync(write, cancel);

    public override async ValueTask<Failure?> CheckAsync(CancellationToken cancel)
    {
        try
        {
            await ReadAsync(static session =>
            {
                using var statement = session.Sql("select 1");
                return statement.LongAsync();
            }, cancel);
            return _writer.Problem;
        }
        catch (DatabaseUnavailableException e)
        {
            return Failure.Unavailable("storage.database_away", e.Message);
        }
    }

    internal override async ValueTask MigrateAsync(Func<DbSession, ValueTask> migrate, CancellationToken cancel)
    {
        await _writer.WriteAsync<Done>(async session =>
        {
            await migrate(session);
            return Done.Ok;
        }, cancel);
    }

    public override async ValueTask DisposeAsync()
    {
        await _writer.DisposeAsync();
        while (_idle.TryTake(out var connection))
            connection.Dispose();
        _readers.Dispose();
        await _lock.DisposeAsync();
    }

    internal static SqliteConnection Connect(string path, bool readOnly)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = SqliteOpenMode.ReadWriteCreate,
            Pooling = false,
        }.ToString());
        connection.Open();
        using var command = connection.CreateCommand();
        // 'case_sensitive_like' makes LIKE mean what it means in PostgreSQL and in MLflow.
        command.CommandText = $"""
            pragma journal_mode = wal;
            pragma synchronous = full;
            pragma foreign_keys = on;
            pragma case_sensitive_like = on;
            pragma temp_store = memory;
            pragma cache_size = -24000;
            pragma busy_timeout = 5000;
            pragma wal_autocheckpoint = 4000;
            pragma query_only = {(readOnly ? "on" : "off")};
            """;
        command.ExecuteNonQuery();
        return connection;
    }

    private static FileStream Lock(string path)
    {
        try
        {
            return new FileStream(path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (e is not DirectoryNotFoundException and not PathTooLongException)
        {
            throw new DatabaseLockedException(
                $"Another server is using the database {path}. SQLite serves one server at a time: stop the other one, "
                + "give this one its own --data-dir, or use PostgreSQL (--database \"Host=...\") to run several servers.", e);
        }
    }

    private sealed class Connection(SqliteConnection connection) : IDisposable
    {
        private readonly DbSession _session = new(connection, []);
        private readonly SqliteStep _begin = new(connection, "begin");
        private readonly SqliteStep _commit = new(connection, "commit");

        public async ValueTask<T> ReadAsync<T>(Func<DbSession, ValueTask<T>> read)
        {
            _begin.Run();
            try
            {
                var work = read(_session);
                return work.IsCompleted ? await work : throw new InvalidOperationException("A database read awaited something but its session.");
            }
            finally
            {
                _commit.Run();
            }
        }

        public async ValueTask<T> SnapshotAsync<T>(Func<DbSession, ValueTask<T>> read)
        {
            _begin.Run();
            try
            {
                return await read(_session);
            }
            finally
            {
                _commit.Run();
            }
        }

        public void Dispose()
        {
            _begin.Dispose();
            _commit.Dispose();
            _session.Close();
            connection.Dispose();
        }
    }
}
