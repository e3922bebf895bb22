using Orrery.Native;
using Xunit;

namespace Orrery.Tests.Unit;

/// <summary>Opening, sharing, limits and what is left behind.</summary>
public sealed class DuckDatabaseTests : DuckTest
{
    [Fact]
    public void A_file_opened_twice_is_one_database()
    {
        using var first = DuckDatabase.Open(PathOf("db"), Options);
        using var second = DuckDatabase.Open(Path.Combine(Folder, ".", "db"), Options);
        using var writer = first.Connect();
        using var reader = second.Connect();

        _ = writer.Execute("CREATE TABLE t (i INTEGER); INSERT INTO t VALUES (1)", Cancel);

        Assert.Equal(1, Scalar(reader, "SELECT i FROM t"));
    }

    [Fact]
    public void A_file_is_not_shared_with_other_options()
    {
        using var first = DuckDatabase.Open(PathOf("db"), Options);

        var directories = Assert.Throws<DuckException>(() => DuckDatabase.Open(PathOf("db"), Options with { AllowedDirectories = [Folder] }));
        Assert.Contains("open in this process", directories.Message, StringComparison.Ordinal);
        var threads = Assert.Throws<DuckException>(() => DuckDatabase.Open(PathOf("db"), Options with { Threads = 1 }));
        Assert.Contains("different configuration", threads.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_was_closed_opens_with_other_options_and_has_its_rows()
    {
        using (var first = DuckDatabase.Open(PathOf("db"), Options))
        using (var connection = first.Connect())
            _ = connection.Execute("CREATE TABLE t AS SELECT 5 AS i", Cancel);
        using var second = DuckDatabase.Open(PathOf("db"), Options with { ReadOnly = true, Threads = 1, AllowedDirectories = [Folder] });
        using var reader = second.Connect();

        Assert.Equal(5, Scalar(reader, "SELECT i FROM t"));
        Assert.Equal(DuckErrorType.InvalidInput, Assert.Throws<DuckException>(() => reader.Execute("INSERT INTO t VALUES (1)", Cancel)).Type);
    }

    [Fact]
    public void A_database_lives_as_long_as_its_connections()
    {
        var database = DuckDatabase.Open(PathOf("db"), Options);
        using var connection = database.Connect();
        database.Dispose();

        Assert.Equal(1, Scalar(connection, "SELECT 1"));
        _ = Assert.Throws<ObjectDisposedException>(database.Connect);
        using var again = DuckDatabase.Open(PathOf("db"), Options);
        using var other = again.Connect();
        _ = connection.Execute("CREATE TABLE t AS SELECT 5 AS i", Cancel);
        Assert.Equal(5, Scalar(other, "SELECT i FROM t"));
    }

    [Fact]
    public void Databases_in_memory_are_apart()
    {
        using var other = DuckDatabase.Open(null, Options);
        using var connection = other.Connect();
        _ = connection.Execute("CREATE TABLE t (i INTEGER)", Cancel);

        Assert.Equal(DuckErrorType.Catalog, Assert.Throws<DuckException>(() => Execute("FROM t")).Type);
    }

    [Fact]
    public void A_file_that_is_no_database_is_refused()
    {
        File.WriteAllText(PathOf("text"), new string('x', 8192));

        Assert.Equal(DuckErrorType.Io, Assert.Throws<DuckException>(() => DuckDatabase.Open(PathOf("text"), Options)).Type);
        Assert.Equal(DuckErrorType.Io, Assert.Throws<DuckException>(() => DuckDatabase.Open(PathOf("no/folder/db"), Options)).Type);
        Assert.Equal(DuckErrorType.Io, Assert.Throws<DuckException>(() => DuckDatabase.Open(PathOf("none"), Options with { ReadOnly = true })).Type);
    }

    [Fact]
    public void Wrong_options_are_told_together()
    {
        var message = Assert.Throws<ArgumentException>(() => DuckDatabase.Open(null, new() { Threads = 0, MemoryLimitBytes = 5, MaxTempBytes = 0, TempDirectory = "" })).Message;

        Assert.Equal("Threads is 0, outside 1..1024. MemoryLimitBytes is 5, below 1 MiB. MaxTempBytes is 0, not above 0. A path is empty. (Parameter 'options')", message);
    }

    [Fact]
    public void Without_a_folder_for_it_nothing_is_spilled_and_the_limit_is_told()
    {
        using var database = DuckDatabase.Open(PathOf("db"), Small);
        using var connection = database.Connect();

        var failure = Assert.Throws<DuckException>(() => connection.Execute(Big, Cancel));

        Assert.Equal(DuckErrorType.OutOfMemory, failure.Type);
        Assert.Contains("Out of Memory", failure.Summary, StringComparison.Ordinal);
        Assert.Equal(1, Scalar(connection, "SELECT 1"));
        Assert.Empty(Directory.EnumerateDirectories(Folder));
    }

    [Fact]
    public void With_a_folder_it_is_spilled_there_and_nothing_is_left()
    {
        using (var database = DuckDatabase.Open(PathOf("db"), Small with { TempDirectory = PathOf("spill") }))
        using (var connection = database.Connect())
            Assert.Equal(1_000_000L, Scalar(connection, $"SELECT count(*) FROM ({Big[Big.IndexOf("SELECT", StringComparison.Ordinal)..]})"));

        Assert.Equal([PathOf("db")], Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public void Spilling_ends_at_its_limit()
    {
        using var database = DuckDatabase.Open(null, Small with { TempDirectory = PathOf("spill"), MaxTempBytes = 1 << 20 });
        using var connection = database.Connect();

        Assert.Equal(DuckErrorType.OutOfMemory, Assert.Throws<DuckException>(() => connection.Execute(Big, Cancel)).Type);
    }

    [Fact]
    public void A_missing_library_is_told_with_what_to_run()
    {
        var failure = Assert.Throws<DuckException>(() => DuckLibrary.Load(null, Folder));

        Assert.Equal(DuckErrorType.LibraryMissing, failure.Type);
        Assert.Contains("npm ci --ignore-scripts", failure.Message, StringComparison.Ordinal);
        Assert.Contains(PathOf(NativePlatform.FileName("duckdb")), failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_no_library_is_told()
    {
        File.WriteAllText(PathOf("text"), "text");

        var failure = Assert.Throws<DuckException>(() => DuckLibrary.Load(PathOf("text"), Folder));

        Assert.Equal(DuckErrorType.LibraryMissing, failure.Type);
        Assert.Contains("does not load", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_library_beside_the_program_comes_first_and_a_checkouts_last()
    {
        var program = Directory.CreateDirectory(PathOf("a/b")).FullName;
        _ = Directory.CreateDirectory(PathOf("native/node_modules"));

        Assert.Equal(
            [Path.Combine(program, "libx.so"), Path.Combine(program, "runtimes", NativePlatform.Rid, "native", "libx.so"), PathOf("native/node_modules/@x/y/libx.so")],
            LibrarySearch.Places(program, "libx.so", "@x/y").Take(3));
    }

    private static readonly DuckOptions Small = Options with { MemoryLimitBytes = 48 << 20, Threads = 1 };

    // A sort of rows that are wider than the memory limit together.
    private const string Big = "CREATE TABLE big AS SELECT * FROM (SELECT i, md5(i::VARCHAR) || md5((i + 1)::VARCHAR) AS s FROM range(1000000) t(i)) ORDER BY s";
}
