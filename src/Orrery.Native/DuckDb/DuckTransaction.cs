namespace Orrery.Native;

/// <summary>A transaction of a connection. Whatever the connection runs belongs to it until its end.</summary>
public sealed class DuckTransaction : IDisposable
{
    private readonly DuckConnection _connection;
    private bool _ended;

    internal DuckTransaction(DuckConnection connection) => _connection = connection;

    /// <summary>Makes its changes last. After a statement of it failed while it ran, there is nothing left to commit, which is told here.</summary>
    /// <exception cref="DuckException">
    /// Another transaction was faster, or a statement of this one failed (<see cref="DuckErrorType.Transaction"/>): nothing of it lasts.
    /// </exception>
    /// <exception cref="InvalidOperationException">It has ended.</exception>
    public void Commit()
    {
        // DuckDB takes COMMIT of an aborted transaction for ROLLBACK and reports success; any other statement tells the truth.
        if (!_ended)
            _ = _connection.Execute("SELECT 1");
        End("COMMIT");
    }

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
