using System.Data.Common;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Orrery.Storage;

/// <summary>
/// One connection inside one transaction, for the length of one operation. Not thread-safe. On SQLite every call completes
/// synchronously; on PostgreSQL it is a round trip.
/// </summary>
public sealed class DbSession
{
    private readonly DbConnection _connection;
    private readonly Dictionary<string, SqlitePrepared>? _prepared;
    private readonly CancellationToken _cancel;
    private List<Action>? _afterCommit;
    private NpgsqlBatch? _withCommit;
    private List<(GroupedWrite Write, object Item)>? _gathered;

    internal DbSession(SqliteConnection connection, Dictionary<string, SqlitePrepared> prepared)
    {
        _connection = connection;
        _prepared = prepared;
        Dialect = SqlDialect.Sqlite;
    }

    internal DbSession(NpgsqlConnection connection, NpgsqlTransaction? transaction, CancellationToken cancel)
    {
        _connection = connection;
        Transaction = transaction;
        _cancel = cancel;
        Dialect = SqlDialect.Postgres;
    }

    /// <summary>The dialect, for SQL that is put together from fixed pieces.</summary>
    public SqlDialect Dialect { get; }

    internal NpgsqlTransaction? Transaction { get; }

    /// <summary>
    /// Has an item written just before the commit, together with those of all writes that are committed at once: on SQLite a group of them,
    /// on PostgreSQL this one alone. An item of a write that is undone is left out.
    /// </summary>
    public void Gather<T>(GroupedWrite<T> write, T item)
        where T : class => (_gathered ??= []).Add((write, item));

    /// <summary>How many items wait.</summary>
    internal int Gathered => _gathered?.Count ?? 0;

    /// <summary>Leaves out all items but the first so many: the writes of the others were undone.</summary>
    internal void KeepGathered(int count)
    {
        if (_gathered?.Count > count)
            _gathered.RemoveRange(count, _gathered.Count - count);
    }

    /// <summary>Writes the items that wait.</summary>
    internal async ValueTask WriteGatheredAsync()
    {
        if (Gathered == 0)
            return;
        var gathered = _gathered!;
        _gathered = null;
        foreach (var group in gathered.GroupBy(static one => one.Write))
            await group.Key.WriteAsync(this, [.. group.Select(static one => one.Item)]);
    }

    /// <summary>Has a statement sent with the commit.</summary>
    internal void WithCommit(string sql, NpgsqlParameterCollection parameters)
    {
        if (Transaction is null)
            throw new InvalidOperationException("Only a write has a commit.");
        _withCommit ??= new NpgsqlBatch((NpgsqlConnection)_connection, Transaction);
        var command = new NpgsqlBatchCommand(sql);
        var moved = parameters.ToArray<NpgsqlParameter>();
        parameters.Clear();
        foreach (var parameter in moved)
            command.Parameters.Add(parameter);
        _withCommit.BatchCommands.Add(command);
    }

    /// <summary>Commits on PostgreSQL, what waits for it in the same round trip: when one statement fails, the rest is not run.</summary>
    internal async ValueTask CommitAsync()
    {
        await WriteGatheredAsync();
        if (_withCommit is null)
        {
            await Transaction!.CommitAsync(CancellationToken.None);
            return;
        }

        await using var batch = _withCommit;
        batch.BatchCommands.Add(new NpgsqlBatchCommand("commit"));
        await batch.ExecuteNonQueryAsync(CancellationToken.None);
    }

    /// <summary>
    /// Has <paramref name="action"/> run soon after this transaction has committed. A wake-up call and no more: it may come
    /// for a write that was undone, it must be quick, and it must not throw.
    /// </summary>
    internal void AfterCommit(Action action) => (_afterCommit ??= []).Add(action);

    internal void Committed()
    {
        if (_afterCommit is null)
            return;
        foreach (var action in _afterCommit)
            action();
        _afterCommit.Clear();
    }

    /// <summary>A statement, prepared once per connection. Dispose it to give it back.</summary>
    /// <param name="sql">Portable SQL (see <see cref="SqlDialect"/>): a constant, or fixed pieces put together; never input.</param>
    public DbStatement Sql(string sql) => _prepared is null
        ? new(this, new NpgsqlCommand(null, (NpgsqlConnection)_connection, Transaction), sql, _cancel)
        : new(this, _prepared.Remove(sql, out var prepared) ? prepared : new SqlitePrepared((SqliteConnection)_connection), sql);

    /// <summary>Lets the prepared statements go; they would keep the file open.</summary>
    internal void Close()
    {
        foreach (var prepared in _prepared!.Values)
            prepared.Dispose();
        _prepared.Clear();
    }

    internal void Return(string sql, SqlitePrepared prepared)
    {
        prepared.Forget();

        // Generated SQL could fill the cache without bound; constants are a few hundred.
        if (_prepared!.Count >= 512 || !_prepared.TryAdd(sql, prepared))
            prepared.Dispose();
    }
}
