using System.Data.Common;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Npgsql;
using NpgsqlTypes;

namespace Orrery.Storage;

/// <summary>One statement with its parameters. Set the parameters always in the same order: reused statements rely on it for speed only.</summary>
public sealed class DbStatement : IDisposable
{
    private readonly DbSession _session;
    private readonly DbCommand _command;
    private readonly CancellationToken _cancel;
    private readonly string _sql;
    private int _next;

    internal DbStatement(DbSession session, DbCommand command, string sql, CancellationToken cancel)
    {
        _session = session;
        _command = command;
        _sql = sql;
        _cancel = cancel;
    }

    private bool IsSqlite => _command is SqliteCommand;

    /// <summary>Sets a text parameter; null is SQL null.</summary>
    public DbStatement Set(string name, string? value)
    {
        if (IsSqlite)
            Bind(name, (object?)value ?? DBNull.Value);
        else
            _command.Parameters.Add(new NpgsqlParameter(name, NpgsqlDbType.Text) { Value = (object?)value ?? DBNull.Value });
        return this;
    }

    /// <summary>Sets a whole number; null is SQL null.</summary>
    public DbStatement Set(string name, long? value)
    {
        if (IsSqlite)
            Bind(name, (object?)value ?? DBNull.Value);
        else
            _command.Parameters.Add(new NpgsqlParameter(name, NpgsqlDbType.Bigint) { Value = (object?)value ?? DBNull.Value });
        return this;
    }

    /// <summary>Sets a number; null is SQL null. No NaN, which SQLite cannot hold.</summary>
    public DbStatement Set(string name, double? value)
    {
        if (IsSqlite)
            Bind(name, (object?)value ?? DBNull.Value);
        else
            _command.Parameters.Add(new NpgsqlParameter(name, NpgsqlDbType.Double) { Value = (object?)value ?? DBNull.Value });
        return this;
    }

    /// <summary>Sets a binary parameter; null is SQL null.</summary>
    public DbStatement Set(string name, byte[]? value)
    {
        if (IsSqlite)
            Bind(name, (object?)value ?? DBNull.Value);
        else
            _command.Parameters.Add(new NpgsqlParameter(name, NpgsqlDbType.Bytea) { Value = (object?)value ?? DBNull.Value });
        return this;
    }

    /// <summary>Sets the list that <c>{in NAME}</c> tests against.</summary>
    public DbStatement SetList(string name, IReadOnlyCollection<string> values)
    {
        if (IsSqlite)
            Bind(name, JsonSerializer.Serialize(values, SqlListJson.Default.IReadOnlyCollectionString));
        else
            _command.Parameters.Add(new NpgsqlParameter(name, NpgsqlDbType.Array | NpgsqlDbType.Text) { Value = values.ToArray() });
        return this;
    }

    /// <summary>Sets the list that <c>{in NAME}</c> tests against.</summary>
    public DbStatement SetList(string name, IReadOnlyCollection<long> values)
    {
        if (IsSqlite)
            Bind(name, JsonSerializer.Serialize(values, SqlListJson.Default.IReadOnlyCollectionInt64));
        else
            _command.Parameters.Add(new NpgsqlParameter(name, NpgsqlDbType.Array | NpgsqlDbType.Bigint) { Value = values.ToArray() });
        return this;
    }

    /// <summary>Runs it.</summary>
    /// <returns>How many rows it changed.</returns>
    public async ValueTask<int> ExecuteAsync()
    {
        Ready();
        return IsSqlite ? ((SqliteCommand)_command).ExecuteNonQuery() : await _command.ExecuteNonQueryAsync(_cancel);
    }

    /// <summary>Runs it for every row of <paramref name="rows"/>; the SQL reads them from <c>{rows}</c>.</summary>
    /// <returns>How many rows it changed in all.</returns>
    public async ValueTask<int> ExecuteRowsAsync(SqlRows rows)
    {
        if (rows.Count == 0)
            return 0;
        if (!IsSqlite)
        {
            rows.BindArrays(_command.Parameters);
            _command.CommandText = SqlDialect.Postgres.RenderRows(_sql, rows);
            return await _command.ExecuteNonQueryAsync(_cancel);
        }

        var command = (SqliteCommand)_command;
        if (command.CommandText.Length == 0)
            command.CommandText = SqlDialect.Sqlite.RenderRows(_sql, rows);
        var changed = 0;
        for (var row = 0; row < rows.Count; row++)
        {
            rows.BindRow(command.Parameters, _next, row);
            changed += command.ExecuteNonQuery();
        }

        return changed;
    }

    /// <summary>Runs it and reads its rows. Dispose the reader before the statement.</summary>
    public async ValueTask<DbDataReader> QueryAsync()
    {
        Ready();
        return IsSqlite ? ((SqliteCommand)_command).ExecuteReader() : await _command.ExecuteReaderAsync(_cancel);
    }

    /// <summary>Runs it and reads all its rows into a list.</summary>
    public async ValueTask<List<T>> ListAsync<T>(Func<DbDataReader, T> read)
    {
        var list = new List<T>();
        await using var row = await QueryAsync();
        while (IsSqlite ? row.Read() : await row.ReadAsync(_cancel))
            list.Add(read(row));
        return list;
    }

    /// <summary>Runs it and reads its first row; default when there is none.</summary>
    public async ValueTask<T?> FindAsync<T>(Func<DbDataReader, T> read)
    {
        await using var row = await QueryAsync();
        return (IsSqlite ? row.Read() : await row.ReadAsync(_cancel)) ? read(row) : default;
    }

    /// <summary>Runs it and reads a whole number from the first column of its first row; null when there is no row or it is null.</summary>
    public ValueTask<long?> LongAsync() => FindAsync<long?>(static row => row.IsDBNull(0) ? null : row.GetInt64(0));

    /// <summary>Gives the statement back to its connection.</summary>
    public void Dispose()
    {
        if (_command is SqliteCommand sqlite)
            _session.Return(_sql, sqlite);
        else
            _command.Dispose();
    }

    private void Ready()
    {
        if (!IsSqlite)
            _command.CommandText = SqlDialect.Postgres.Render(_sql);
        else if (_command.CommandText.Length == 0)
            _command.CommandText = SqlDialect.Sqlite.Render(_sql);
    }

    private void Bind(string name, object value)
    {
        var parameters = ((SqliteCommand)_command).Parameters;
        if (_next < parameters.Count)
        {
            var parameter = parameters[_next];
            if (!parameter.ParameterName.AsSpan(1).SequenceEqual(name))
                parameter.ParameterName = "@" + name;
            parameter.Value = value;
        }
        else
        {
            parameters.Add(new SqliteParameter("@" + name, value));
        }

        _next++;
    }
}
