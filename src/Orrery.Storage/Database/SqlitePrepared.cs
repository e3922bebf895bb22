using System.Buffers;
using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Orrery.Storage;

/// <summary>
/// One SQL text prepared on one SQLite connection, with its parameters. Writes bind and step the statement itself, which
/// makes 0.1 kB of garbage a row where <see cref="SqliteCommand"/> makes 0.7. Queries go through the command, for its reader.
/// </summary>
internal sealed class SqlitePrepared(SqliteConnection connection) : IDisposable
{
    private const int StackLimit = 512;
    private readonly List<Parameter> _parameters = [];
    private string? _sql;
    private sqlite3_stmt? _statement;
    private SqliteCommand? _command;
    private bool _isScript;

    public bool HasSql => _sql is not null;

    /// <summary>Gives it its SQL, rendered for SQLite; once.</summary>
    public void SetSql(string sql) => _sql = sql;

    public void Set(int position, string name, SqliteValue value)
    {
        if (position == _parameters.Count)
            _parameters.Add(new Parameter(name));
        var parameter = _parameters[position];
        if (!ReferenceEquals(parameter.Name, name) && parameter.Name != name)
            _parameters[position] = parameter = new Parameter(name);
        parameter.Value = value;
    }

    /// <param name="count">How many parameters are set.</param>
    /// <returns>How many rows it changed.</returns>
    public int Execute(int count)
    {
        if (_statement is null && !_isScript)
            Prepare();
        if (_isScript)
            return Command(count).ExecuteNonQuery();
        Bind(_statement!, count);
        var code = raw.sqlite3_step(_statement);
        while (code == raw.SQLITE_ROW)
            code = raw.sqlite3_step(_statement);
        try
        {
            if (code != raw.SQLITE_DONE)
                SqliteException.ThrowExceptionForRC(code, connection.Handle);
            return raw.sqlite3_changes(connection.Handle);
        }
        finally
        {
            raw.sqlite3_reset(_statement);
        }
    }

    /// <param name="count">How many parameters are set.</param>
    public SqliteDataReader Query(int count) => Command(count).ExecuteReader();

    /// <summary>Lets go of the values, which may be large; the statement is kept.</summary>
    public void Forget()
    {
        foreach (var parameter in _parameters)
            parameter.Value = default;
        if (_statement is not null)
            raw.sqlite3_clear_bindings(_statement);
    }

    public void Dispose()
    {
        _statement?.Dispose();
        _command?.Dispose();
    }

    private void Prepare()
    {
        // Kept only when it is one: SQLite does not survive being given none.
        var code = raw.sqlite3_prepare_v2(connection.Handle, _sql, out var statement, out var rest);
        SqliteException.ThrowExceptionForRC(code, connection.Handle);
        if (statement is { IsInvalid: false } && string.IsNullOrWhiteSpace(rest))
        {
            _statement = statement;
            return;
        }

        // Several statements, as in a migration, or none.
        statement?.Dispose();
        _isScript = true;
    }

    private void Bind(sqlite3_stmt statement, int count)
    {
        var bound = 0;
        for (var i = 0; i < count; i++)
        {
            var parameter = _parameters[i];
            if (parameter.Index < 0)
                parameter.Index = raw.sqlite3_bind_parameter_index(statement, "@" + parameter.Name);
            if (parameter.Index == 0)
                continue;
            bound++;
            var code = Bind(statement, parameter.Index, parameter.Value);
            if (code != raw.SQLITE_OK)
                SqliteException.ThrowExceptionForRC(code, connection.Handle);
        }

        // One that is not set would keep the value of the time before.
        if (bound < raw.sqlite3_bind_parameter_count(statement))
            throw new InvalidOperationException($"Some parameters have no value in: {_sql}");
    }

    private static int Bind(sqlite3_stmt statement, int index, SqliteValue value) => value.Type switch
    {
        SqliteValueType.Whole => raw.sqlite3_bind_int64(statement, index, value.AsWhole),
        SqliteValueType.Number => raw.sqlite3_bind_double(statement, index, value.AsNumber),
        SqliteValueType.Text => BindText(statement, index, value.AsText),
        SqliteValueType.Bytes when value.AsBytes.Length == 0 => raw.sqlite3_bind_zeroblob(statement, index, 0),
        SqliteValueType.Bytes => raw.sqlite3_bind_blob(statement, index, value.AsBytes),
        _ => raw.sqlite3_bind_null(statement, index),
    };

    private static int BindText(sqlite3_stmt statement, int index, string text)
    {
        // An empty span would bind null.
        if (text.Length == 0)
            return raw.sqlite3_bind_text(statement, index, "");
        var longest = Encoding.UTF8.GetMaxByteCount(text.Length);
        if (longest <= StackLimit)
        {
            Span<byte> bytes = stackalloc byte[StackLimit];
            return raw.sqlite3_bind_text(statement, index, bytes[..Encoding.UTF8.GetBytes(text, bytes)]);
        }

        var rented = ArrayPool<byte>.Shared.Rent(longest);
        try
        {
            return raw.sqlite3_bind_text(statement, index, rented.AsSpan(0, Encoding.UTF8.GetBytes(text, rented)));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private SqliteCommand Command(int count)
    {
        _command ??= connection.CreateCommand();
        if (_command.CommandText.Length == 0)
            _command.CommandText = _sql;
        var parameters = _command.Parameters;
        for (var i = 0; i < count; i++)
        {
            var (name, value) = (_parameters[i].Name, _parameters[i].Value.Boxed);
            if (i == parameters.Count)
            {
                parameters.Add(new SqliteParameter("@" + name, value));
                continue;
            }

            if (!parameters[i].ParameterName.AsSpan(1).SequenceEqual(name))
                parameters[i].ParameterName = "@" + name;
            parameters[i].Value = value;
        }

        return _command;
    }

    private sealed class Parameter(string name)
    {
        public string Name => name;

        public SqliteValue Value { get; set; }

        /// <summary>Place in the statement, from 1; 0: it does not occur there; negative: not looked up yet.</summary>
        public int Index { get; set; } = -1;
    }
}
