namespace Orrery.Native;

/// <summary>A transaction of a connection. Whatever the connection runs belongs to it until its end.</summary>
public sealed class DuckTransaction : IDisposable
{
    private readonly DuckConnection _connection;
    private bool _ended;

    internal DuckTransaction(DuckConnection connection) => _connection = connection;

    /// <summary>Makes its changes last.</summary>
    /// <exception cref="DuckException">Another transaction was faster (<see cref="DuckErrorType.Transaction"/>): nothing of this one lasts.</exception>
    /// <exception cref="InvalidOperationException">It has ended.</exception>
    public void Commit() => End("COMMIT");

    /// <summary>Undoes its changes.</summary>
    /// <exception cref="InvalidOperationException">It has ended.</exception>
    public void Rollback() => End("ROLLBACK");

    /// <summary>Undoes its changes if it has not ended.</summary>
    public void Dispose()
    {
        if (_ended || _connection.IsDisposed)
            return;
        _ended = true;
        try
        {
            _ = _connection.Execute("ROLLBACK");
        }
        catch (DuckException failure) when (failure.Type is DuckErrorType.Transaction)
        {
            // DuckDB, or SQL that was run, ended it already.
        }
    }

    private void End(string sql)
    {
        if (_ended)
            throw new InvalidOperationException("The transaction has ended.");
        _ended = true;
        _ = _connection.Execute(sql);
    }
}
