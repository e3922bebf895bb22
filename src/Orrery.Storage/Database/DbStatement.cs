using System.Data.Common;
using System.Text.Json;
using Npgsql;
using NpgsqlTypes;

namespace Orrery.Storage;

/// <summary>One statement with its parameters. Set the parameters always in the same order: reused statements rely on it for speed only.</summary>
public sealed class DbStatement : IDisposable
{
    private readonly DbSession _session;
    private readonly SqlitePrepared? _sqlite;
    private readonly NpgsqlCommand? _postgres;
    private readonly CancellationToken _cancel;
    private readonly string _sql;
    private int _count;

    internal DbStatement(DbSession session, SqlitePrepared sqlite, string sql)
    {
        _session = session;
        _sqlite = sqlite;
        _sql = sql;
    }

    internal DbStatement(DbSession session, NpgsqlCommand postgres, string sql, CancellationToken cancel)
    {
        _session = session;
        _postgres = postgres;
        _sql = sql;
        _cancel = cancel;
    }

    /// <summary>Sets a text parameter; null is SQL null.</summary>
    public DbStatement Set(string name, string? value)
    {
        if (_sqlite is not null)
            _sqlite.Set(_count++, name, value);
        else
            Add(name, NpgsqlDbType.Text, value);
        return this;
    }

    /// <summary>Sets a whole number; null is SQL null.</summary>
    public DbStatement Set(string name, long? value)
    {
        if (_sqlite is not null)
            _sqlite.Set(_count++, name, value);
        else
            Add(name, NpgsqlDbType.Bigint, value);
        return this;
    }

    /// <summary>Sets a number, infinities among them; null is SQL null.</summary>
    /// <exception cref="ArgumentException">It is NaN, which SQLite cannot hold: store it in a column of its own.</exception>
    public DbStatement Set(string name, double? value)
    {
        if (value is double.NaN)
            throw new ArgumentException($"@{name} is NaN, which SQLite cannot hold.", nameof(value));
        if (_sqlite is not null)
            _sqlite.Set(_count++, name, value);
        else
            Add(name, NpgsqlDbType.Double, value);
        return this;
    }

    /// <summary>Sets a binary parameter; null is SQL null.</summary>
    public DbStatement Set(string name, byte[]? value)
    {
        if (_sqlite is not null)
            _sqlite.Set(_count++, name, value);
        else
            Add(name, NpgsqlDbType.Bytea, value);
        return this;
    }

    /// <summary>Sets the list that <c>{in NAME}</c> tests against.</summary>
    public DbStatement SetList(string name, IReadOnlyCollection<string> values)
    {
        if (_sqlite is not null)
            _sqlite.Set(_count++, name, JsonSerializer.Serialize(values, SqlListJson.Default.IReadOnlyCollectionString));
        else
            Add(name, NpgsqlDbType.Array | NpgsqlDbType.Text, values.ToArray());
        return this;
    }

    /// <summary>Sets the list that <c>{in NAME}</c> tests against.</summary>
    public DbStatement SetList(string name, IReadOnlyCollection<long> values)
    {
        if (_sqlite is not null)
            _sqlite.Set(_count++, name, JsonSerializer.Serialize(values, SqlListJson.Default.IReadOnlyCollectionInt64));
        else
            Add(name, NpgsqlDbType.Array | NpgsqlDbType.Bigint, values.ToArray());
        return this;
    }

    /// <summary>Runs it.</summary>
    /// <returns>How many rows it changed.</returns>
    public async ValueTask<int> ExecuteAsync()
    {
        if (_sqlite is not null)
            return Ready(_sqlite).Execute(_count);
        _postgres!.CommandText = SqlDialect.Postgres.Render(_sql);
        return await _postgres.ExecuteNonQueryAsync(_cancel);
    }

    /// <summary>
    /// Runs it at the end of the transaction: on PostgreSQL it travels with the commit and costs no round trip. For rows that nothing
    /// in this transaction reads and that no constraint but their key holds.
    /// </summary>
    public void ExecuteWithCommit()
    {
        if (_sqlite is not null)
            Ready(_sqlite).Execute(_count);
        else
            _session.WithCommit(SqlDialect.Postgres.Render(_sql), _postgres!.Parameters);
    }

    /// <summary>Runs it for every row of <paramref name="rows"/>; the SQL reads them from <c>{rows}</c>.</summary>
    /// <returns>How many rows it changed in all.</returns>
    public async ValueTask<int> ExecuteRowsAsync(SqlRows rows)
    {
        if (rows.Count == 0)
            return 0;
        if (_sqlite is null)
        {
            rows.BindArrays(_postgres!.Parameters);
            _postgres.CommandText = SqlDialect.Postgres.RenderRows(_sql, rows);
            return await _postgres.ExecuteNonQueryAsync(_cancel);
        }

        if (!_sqlite.HasSql)
            _sqlite.SetSql(SqlDialect.Sqlite.RenderRows(_sql, rows));
        var changed = 0;
        for (var row = 0; row < rows.Count; row++)
            changed += _sqlite.Execute(rows.BindRow(_sqlite, _count, row));
        return changed;
    }

    /// <summary>Runs it and reads its rows. Dispose the reader before the statement.</summary>
    public async ValueTask<DbDataReader> QueryAsync()
    {
        if (_sqlite is not null)
            return Ready(_sqlite).Query(_count);
        _postgres!.CommandText = SqlDialect.Postgres.Render(_sql);
        return await _postgres.ExecuteReaderAsync(_cancel);
    }

    /// <summary>Runs it and reads all its rows into a list.</summary>
    public async ValueTask<List<T>> ListAsync<T>(Func<DbDataReader, T> read)
    {
        var list = new List<T>();
        await using var row = await QueryAsync();
        while (_sqlite is not null ? row.Read() : await row.ReadAsync(_cancel))
            list.Add(read(row));
        return list;
    }

    /// <summary>Runs it and reads its first row; default when there is none.</summary>
    public async ValueTask<T?> FindAsync<T>(Func<DbDataReader, T> read)
    {
        await using var row = await QueryAsync();
        return (_sqlite is not null ? row.Read() : await row.ReadAsync(_cancel)) ? read(row) : default;
    }

    /// <summary>Runs it and reads a whole number from the first column of its first row; null when there is no row or it is null.</summary>
    public ValueTask<long?> LongAsync() => FindAsync<long?>(static row => row.IsDBNull(0) ? null : row.GetInt64(0));

    /// <summary>Gives the statement back to its connection.</summary>
    public void Dispose()
    {
        if (_sqlite is not null)
            _session.Return(_sql, _sqlite);
        else
            _postgres!.Dispose();
    }

    private SqlitePrepared Ready(SqlitePrepared prepared)
    {
        if (!prepared.HasSql)
            prepared.SetSql(SqlDialect.Sqlite.Render(_sql));
        return prepared;
    }

    private void Add(string name, NpgsqlDbType type, object? value) =>
        _postgres!.Parameters.Add(new NpgsqlParameter(name, type) { Value = value ?? DBNull.Value });
}
