using Orrery.Native;
using Xunit;

namespace Orrery.Tests.Unit;

/// <summary>A folder of its own, and a database in memory with a connection, for the tests of one class.</summary>
public abstract class DuckTest : IDisposable
{
    private readonly Lazy<DuckDatabase> _database;
    private readonly Lazy<DuckConnection> _connection;

    private protected DuckTest()
    {
        Folder = Directory.CreateTempSubdirectory("orrery-duck-").FullName;
        _database = new(static () => DuckDatabase.Open(null, Options));
        _connection = new(() => Database.Connect());
    }

    private protected string Folder { get; }

    private protected DuckDatabase Database => _database.Value;

    private protected DuckConnection Connection => _connection.Value;

    private protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private protected static DuckOptions Options { get; } = new() { Threads = 2, MemoryLimitBytes = 256 << 20 };

    public void Dispose()
    {
        Close();
        if (_connection.IsValueCreated)
            Connection.Dispose();
        if (_database.IsValueCreated)
            Database.Dispose();
        Directory.Delete(Folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>What a class opened itself.</summary>
    protected virtual void Close()
    {
    }

    private protected string PathOf(string name) => Path.Combine(Folder, name);

    private protected long Execute(string sql) => Connection.Execute(sql, Cancel);

    private protected DuckReader Query(string sql, bool streaming = false) => Connection.Query(sql, streaming, Cancel);

    /// <summary>The one value of a query.</summary>
    private protected object? Scalar(string sql) => Scalar(Connection, sql);

    private protected static object? Scalar(DuckConnection connection, string sql)
    {
        using var reader = connection.Query(sql, cancel: Cancel);
        return reader.Read() ? reader.Value(0, 0) : null;
    }
}
