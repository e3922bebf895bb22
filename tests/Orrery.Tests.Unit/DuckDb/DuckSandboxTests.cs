using Orrery.Native;
using Xunit;

namespace Orrery.Tests.Unit;

/// <summary>SQL reaches the files that are allowed, and nothing else of the machine.</summary>
public sealed class DuckSandboxTests(DuckSandbox sandbox) : IClassFixture<DuckSandbox>
{
    public static TheoryData<string> Refused =>
    [
        "SELECT * FROM read_text('/etc/passwd')",
        "SELECT * FROM '/etc/passwd'",
        "SELECT * FROM read_csv('{dir}/outside.csv')",
        "SELECT * FROM read_csv('{dir}/allowed/../outside.csv')",
        "SELECT * FROM read_csv('{dir}/allowed/./../outside.csv')",
        "SELECT * FROM read_csv('{dir}/allowed2/x.csv')",
        "SELECT * FROM glob('/etc/*')",
        "SELECT * FROM read_csv('{dir}/*.csv')",
        "SELECT * FROM read_text('https://example.com/x')",
        "SELECT * FROM read_text('file:///etc/passwd')",
        "COPY (SELECT 1) TO '{dir}/written.csv'",
        "COPY (SELECT 1) TO '{dir}/allowed/../written.parquet'",
        "EXPORT DATABASE '{dir}/exported'",
        "ATTACH '{dir}/other.db' AS other",
        "ATTACH '{dir}/allowed/../other.db' AS other",
        "ATTACH '/tmp/other.db' AS other",
        "INSTALL httpfs",
        "LOAD httpfs",
        "LOAD '{dir}/allowed/plain.duckdb_extension'",
        "INSTALL '{dir}/allowed/plain.duckdb_extension'",
        "SET enable_external_access = true",
        "SET GLOBAL enable_external_access = true",
        "RESET enable_external_access",
        "SET lock_configuration = false",
        "RESET lock_configuration",
        "SET allowed_directories = ['/']",
        "SET allowed_paths = ['/etc/passwd']",
        "PRAGMA enable_external_access = true",
        "SET temp_directory = '/tmp/elsewhere'",
        "SET memory_limit = '100GB'",
        "PRAGMA memory_limit = '100GB'",
        "SET threads = 64",
        "SET TimeZone = 'Europe/Berlin'",
        "SET allow_unsigned_extensions = true",
        "SET home_directory = '/'",
        "SET log_query_path = '{dir}/log'",
        "SET profiling_output = '{dir}/profile'",
        "PRAGMA enable_profiling = 'json'",
        "PRAGMA profiling_output = '{dir}/profile'",
        "CREATE PERSISTENT SECRET s (TYPE http)",
    ];

    [Theory]
    [MemberData(nameof(Refused))]
    public void It_is_refused(string sql)
    {
        var files = Files();

        var failure = Assert.Throws<DuckException>(() => Connection.Execute(sql.Replace("{dir}", PathOf("").TrimEnd('/'), StringComparison.Ordinal), Cancel));

        Assert.True(failure.Type is DuckErrorType.Permission or DuckErrorType.InvalidInput or DuckErrorType.Catalog or DuckErrorType.Binder, $"{failure.Type}: {failure.Message}");
        Assert.Equal(files, Files());
        Assert.Equal(false, Scalar("SELECT current_setting('enable_external_access')"));
        Assert.Equal(true, Scalar("SELECT current_setting('lock_configuration')"));
    }

    [Fact]
    public void What_is_allowed_can_be_read_and_written()
    {
        Assert.Equal(2L, Scalar($"SELECT count(*) FROM read_csv('{PathOf("allowed/in.csv")}')"));
        Assert.Equal(7L, Scalar($"SELECT i FROM read_csv('{PathOf("single.csv")}')"));
        _ = Connection.Execute($"COPY (SELECT i FROM range(10) t(i)) TO '{PathOf("allowed/out.parquet")}'", Cancel);
        Assert.Equal(45L, Scalar($"SELECT sum(i)::BIGINT FROM '{PathOf("allowed/*.parquet")}'"));
    }

    [Fact]
    public void The_databases_own_files_go_on_working()
    {
        _ = Connection.Execute("CREATE TABLE t AS FROM range(100000); CHECKPOINT; INSERT INTO t VALUES (1)", Cancel);

        Assert.Equal(100_001L, Scalar("SELECT count(*) FROM t"));
    }

    [Fact]
    public void The_zone_is_utc() => Assert.Equal("UTC", Scalar("SELECT current_setting('TimeZone')"));

    [Fact]
    public void Nothing_is_installed_or_loaded_by_itself()
    {
        Assert.Equal(false, Scalar("SELECT current_setting('autoinstall_known_extensions')"));
        Assert.Equal(false, Scalar("SELECT current_setting('autoload_known_extensions')"));
    }

    [Fact]
    public void A_folder_with_a_quote_in_its_name_can_be_allowed()
    {
        var folder = Directory.CreateDirectory(PathOf("it's")).FullName;
        File.WriteAllText(Path.Combine(folder, "in.csv"), "i\n3\n");
        using var database = DuckDatabase.Open(null, DuckSandbox.Limits with { AllowedDirectories = [folder] });
        using var connection = database.Connect();

        Assert.Equal(3L, DuckSandbox.Scalar(connection, $"SELECT i FROM read_csv('{folder.Replace("'", "''", StringComparison.Ordinal)}/in.csv')"));
    }

    private DuckConnection Connection => sandbox.Sandboxed;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string PathOf(string name) => sandbox.InFolder(name);

    private object? Scalar(string sql) => DuckSandbox.Scalar(Connection, sql);

    private List<string> Files() => [.. Directory.EnumerateFileSystemEntries(PathOf("."), "*", SearchOption.AllDirectories).Where(static path => !path.EndsWith(".wal", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
}
