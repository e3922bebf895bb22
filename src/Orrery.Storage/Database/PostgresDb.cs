using System.Data;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Npgsql;
using Orrery.Kernel;

namespace Orrery.Storage;

/// <summary>PostgreSQL through a pool. Lost connections, deadlocks and restarts before the commit are tried again, unseen by the caller.</summary>
internal sealed class PostgresDb : Db
{
    private const int Attempts = 8;
    private const long MigrationLock = 0x4f72726572790001; // 'Orrery', 1
    private readonly NpgsqlDataSource _source;
    private readonly StorageMetrics _metrics;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;

    public PostgresDb(string connectionString, StorageMetrics metrics, ILogger logger, TimeProvider time)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString);
        if (settings.MaxAutoPrepare == 0)
        {
            settings.MaxAutoPrepare = 200;
            settings.AutoPrepareMinUsages = 2;
        }

        // Sessions leave nothing behind: no settings, no temporary tables, no locks beyond their transaction. Seven statements less for each.
        settings.NoResetOnClose = true;
        settings.ApplicationName ??= "orrery";
        settings.IncludeErrorDetail = false;
        _source = NpgsqlDataSource.Create(settings);
        _metrics = metrics;
        _logger = logger;
        _time = time;
    }

    public override SqlDialect Dialect => SqlDialect.Postgres;

    public override async ValueTask<T> ReadAsync<T>(Func<DbSession, ValueTask<T>> read, CancellationToken cancel)
    {
        for (var attempt = 1; ; attempt++)
        {
            cancel.ThrowIfCancellationRequested();
            try
            {
                await using var connection = await _source.OpenConnectionAsync(cancel);
                return await read(new DbSession(connection, transaction: null, cancel));
            }
            catch (Exception e) when (IsTransient(e, cancel))
            {
                await BackOffAsync(attempt, e, cancel);
            }
        }
    }

    public override async ValueTask<T> SnapshotAsync<T>(Func<DbSession, ValueTask<T>> read, CancellationToken cancel)
    {
        try
        {
            await using var connection = await _source.OpenConnectionAsync(cancel);
            await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancel);
            return await read(new DbSession(connection, transaction, cancel));
        }
        catch (Exception e) when (IsTransient(e, cancel))
        {
            throw Away(e);
        }
    }

    public override async ValueTask<Result<T>> WriteAsync<T>(Func<DbSession, ValueTask<Result<T>>> write, CancellationToken cancel)
    {
        for (var attempt = 1; ; attempt++)
        {
            cancel.ThrowIfCancellationRequested();
            var committing = false;
            try
            {
                var started = _time.GetTimestamp();
                await using var connection = await _source.OpenConnectionAsync(cancel);
                await using var transaction = await connection.BeginTransactionAsync(cancel);
                var session = new DbSession(connection, transaction, cancel);
                var result = await write(session);
                if (!result.Succeeded)
                {
                    await transaction.RollbackAsync(CancellationToken.None);
                    return result;
                }

                committing = true;
                await session.CommitAsync();
                session.Committed();
                _metrics.Committed(1, _time.GetElapsedTime(started));
                return result;
            }
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.UniqueViolation && attempt == 1)
            {
                // Somebody took the name between the look and the write: looked at again it is there, and the answer says so.
                _metrics.Retried();
                Log.Retrying(_logger, attempt, e);
            }
            catch (Exception e) when (IsTransient(e, cancel))
            {
                // A connection lost while committing leaves it unknown whether the write happened: only the caller may repeat it.
                if (committing && e is not PostgresException { SqlState: "40001" or "40P01" })
                    throw Away(e);
                await BackOffAsync(attempt, e, cancel);
            }
        }
    }

    public override async ValueTask<Failure?> CheckAsync(CancellationToken cancel)
    {
        try
        {
            await using var connection = await _source.OpenConnectionAsync(cancel);
            await using var command = new NpgsqlCommand("select 1", connection);
            await command.ExecuteScalarAsync(cancel);
            return null;
        }
        catch (Exception e) when (IsTransient(e, cancel) || e is PostgresException)
        {
            return Failure.Unavailable("storage.database_away", "PostgreSQL does not answer: " + e.Message);
        }
    }

    internal override async ValueTask MigrateAsync(Func<DbSession, ValueTask> migrate, CancellationToken cancel)
    {
        await using var connection = await _source.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await using (var command = new NpgsqlCommand("select pg_advisory_xact_lock(@key)", connection, transaction))
        {
            command.Parameters.Add(new NpgsqlParameter<long>("key", MigrationLock));
            await command.ExecuteNonQueryAsync(cancel);
        }

        var session = new DbSession(connection, transaction, cancel);
        await migrate(session);
        await session.CommitAsync();
    }

    public override ValueTask DisposeAsync() => _source.DisposeAsync();

    private static bool IsTransient(Exception e, CancellationToken cancel) => !cancel.IsCancellationRequested && e switch
    {
        PostgresException { SqlState: "40001" or "40P01" or "53100" or "53200" or "53300" or "57P01" or "57P02" or "57P03" } => true,
        PostgresException => false,
        NpgsqlException or SocketException or IOException or TimeoutException => true,
        _ => IsUnusable(e),
    };

    /// <summary>
    /// True for Npgsql 10.0's error on a connection that broke while it was being opened and was opened at the second try: every
    /// transaction on it fails so, before anything is sent, and it would stay in the pool.
    /// </summary>
    private static bool IsUnusable(Exception e) => e is ObjectDisposedException { ObjectName: "System.Threading.ManualResetEventSlim" };

    private static DatabaseUnavailableException Away(Exception e) => e is PostgresException { SqlState: "53100" }
        ? new("The disk that holds the database is full. Nothing of this request was written; free some space and try again.", e)
        : new("PostgreSQL does not answer. Try again in a moment.", e);

    private async ValueTask BackOffAsync(int attempt, Exception e, CancellationToken cancel)
    {
        if (attempt >= Attempts || e is PostgresException { SqlState: "53100" })
            throw Away(e);
        if (IsUnusable(e))
            _source.Clear();
        _metrics.Retried();
        Log.Retrying(_logger, attempt, e);
        await Task.Delay(TimeSpan.FromMilliseconds(10 * (1 << Math.Min(attempt, 8))), _time, cancel);
    }
}
