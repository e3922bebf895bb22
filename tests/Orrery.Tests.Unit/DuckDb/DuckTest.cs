using Orrery.Native;
using Xunit;

namespace Orrery.Tests.Unit;

/// <summary>A folder of its own, and a database in memory with a connection, for the tests of one class.</summary>
public abstract class DuckTest : IDisposable
{
    private protected DuckTest()
    {
        Folder = Directory.CreateTempSubdirectory("orrery-duck-").FullName;
        Database = DuckDatabase.Open(null, Options);
        Connection = Database.Connect();
    }

    private protected string Folder { get; }

    private protected DuckDatabase Database { get; }

    private protected DuckConnection Connection { get; }

    private protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private protected static DuckOptions Options { get; } = new() { Threads = 2, MemoryLimitBytes = 256 << 20 };

    public void Dispose()
    {
        Connection.Dispose();
        Database.Dispose();
        Directory.Delete(Folder, recursive: true);
        GC.SuppressFinalize(this);
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
