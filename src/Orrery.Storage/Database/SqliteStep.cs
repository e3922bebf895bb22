using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Orrery.Storage;

/// <summary>A statement without parameters or rows (begin, savepoint, commit), prepared once: these frame every write.</summary>
internal sealed class SqliteStep : IDisposable
{
    private readonly sqlite3 _connection;
    private readonly sqlite3_stmt _statement;

    public SqliteStep(SqliteConnection connection, string sql)
    {
        _connection = connection.Handle!;
        SqliteException.ThrowExceptionForRC(raw.sqlite3_prepare_v2(_connection, sql, out _statement), _connection);
    }

    /// <exception cref="SqliteException">It failed.</exception>
    public void Run()
    {
        var code = raw.sqlite3_step(_statement);
        raw.sqlite3_reset(_statement);
        if (code != raw.SQLITE_DONE)
            SqliteException.ThrowExceptionForRC(code, _connection);
    }

    public void Dispose() => _statement.Dispose();
}
