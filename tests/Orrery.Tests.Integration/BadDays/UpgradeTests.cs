using System.IO.Compression;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orrery.Storage;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>
/// Upgrades from every earlier state of the database. Nothing here names a table or a migration: a row is made up for each
/// table that a state has, by the types of its columns, and must be found again after the upgrade.
/// </summary>
public sealed class UpgradeTests
{
    // Columns or tables that a later migration takes away on purpose: "trk_run.old_column", "trk_old_table".
    private static readonly HashSet<string> TakenAway = [];

    private static readonly Dictionary<string, int> LastNumbers = ReadLastNumbers();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Every_earlier_state_comes_up_to_date_with_its_rows(bool postgres)
    {
        // The rules of the migrations are the same on both; PostgreSQL is shown the states that servers can have left behind.
        foreach (var state in States().Where(state => !postgres || IsStep(state) || IsOneBehind(state)).DistinctBy(static state => string.Join(' ', state.OrderBy(static m => m.Key, StringComparer.Ordinal))))
        {
            var folder = Directory.CreateTempSubdirectory("orrery-upgrade-");
            try
            {
                var options = new DatabaseOptions();
                if (postgres)
                    options.ConnectionString = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync(Cancel) + ";Maximum Pool Size=5";
                await UpgradeAsync(state, options, folder.FullName);
            }
            finally
            {
                folder.Delete(recursive: true);
            }
        }
    }

    [Fact]
    public async Task Databases_of_released_versions_come_up_to_date()
    {
        var snapshots = Repository.PathOf("tests", "Orrery.Tests.Integration", "BadDays", "Snapshots");
        var files = Directory.GetFiles(snapshots, "*.db.gz");
        Assert.NotEmpty(files);
        foreach (var file in files)
        {
            var folder = Directory.CreateTempSubdirectory("orrery-upgrade-");
            try
            {
                await using (var packed = new GZipStream(File.OpenRead(file), CompressionMode.Decompress))
                await using (var database = File.Create(Path.Combine(folder.FullName, "orrery.db")))
                    await packed.CopyToAsync(database, Cancel);
                var expected = JsonSerializer.Deserialize<Dictionary<string, string>>(await File.ReadAllTextAsync(file.Replace(".db.gz", ".json", StringComparison.Ordinal), Cancel))!;
                await using var server = await ServerProcess.StartAsync(dataDir: folder.FullName, cancel: Cancel);
                foreach (var (path, text) in expected)
                    Assert.Contains(text, (await server.Client.GetAnswerAsync(path, Cancel)).Body, StringComparison.Ordinal);
            }
            finally
            {
                folder.Delete(recursive: true);
            }
        }
    }

    [Fact]
    public async Task Servers_that_start_together_on_an_empty_database_set_it_up_once()
    {
        var database = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync(Cancel);
        // Servers that share a database share the key of its secrets.
        var settings = new Dictionary<string, string> { ["Orrery__Secrets__Key"] = Convert.ToBase64String(new byte[32]) };
        var servers = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => ServerProcess.StartAsync(["--database", database], settings, cancel: Cancel)));
        try
        {
            var run = await servers[0].Client.CreateRunAsync(Cancel);
            foreach (var server in servers)
                Assert.Equal(200, (await server.Client.GetAnswerAsync($"{Calls.Api}runs/get?run_id={run}", Cancel)).Status);
        }
        finally
        {
            foreach (var server in servers)
                await server.DisposeAsync();
        }
    }

    private static async Task UpgradeAsync(IReadOnlyDictionary<string, int> state, DatabaseOptions options, string folder)
    {
        List<MadeUpRow> rows;
        await using (var old = Open(options, folder))
        {
            await old.GetRequiredService<Migrator>().RunAsync(state, Cancel);
            rows = await MadeUpRows.InsertAsync(old.GetRequiredService<Db>(), Cancel);
        }

        await using (var current = Open(options, folder))
        {
            await current.GetRequiredService<Migrator>().RunAsync(until: null, Cancel);
            // A second run finds nothing left to do.
            await current.GetRequiredService<Migrator>().RunAsync(until: null, Cancel);
            foreach (var row in rows)
                await row.CheckAsync(current.GetRequiredService<Db>(), TakenAway, Cancel);
        }

        // States in which one module is behind the others differ in their migrations only: the server is started on the others, on PostgreSQL
        // on the oldest.
        if (!IsStep(state) || (options.IsPostgres && state.Values.Max() > 1))
            return;
        string[] arguments = options.IsPostgres ? ["--database", options.ConnectionString!] : [];
        await using var server = await ServerProcess.StartAsync(arguments, dataDir: folder, cancel: Cancel);
        // The made-up rows of the trail are no chain.
        server.VerifiesAudit = false;
        var run = await server.Client.CreateRunAsync(Cancel);
        Assert.Equal(200, (await server.Client.GetAnswerAsync($"{Calls.Api}runs/get?run_id={run}", Cancel)).Status);
    }

    /// <summary>All modules have run their migrations up to the same number, as far as they have any.</summary>
    private static bool IsStep(IReadOnlyDictionary<string, int> state) =>
        state.All(module => module.Value == Math.Min(state.Values.Max(), LastNumbers[module.Key]));

    /// <summary>One module lacks its last migration, as after an upgrade that was the latest.</summary>
    private static bool IsOneBehind(IReadOnlyDictionary<string, int> state) => state.Sum(module => LastNumbers[module.Key] - module.Value) == 1;

    /// <summary>The database before each migration of each module, all lower modules being up to date and all higher ones not begun or one behind.</summary>
    private static IEnumerable<IReadOnlyDictionary<string, int>> States()
    {
        var last = LastNumbers;
        for (var number = 1; number <= last.Values.Max(); number++)
        {
            foreach (var module in last.Keys)
            {
                var behind = last.ToDictionary(static m => m.Key, m => m.Key == module ? Math.Min(number, m.Value) - 1 : m.Value);
                yield return behind;
            }

            yield return last.ToDictionary(static m => m.Key, m => Math.Min(number, m.Value));
        }
    }

    private static Dictionary<string, int> ReadLastNumbers()
    {
        using var services = Open(new(), Path.GetTempPath());
        return services.GetServices<MigrationSet>().ToDictionary(static set => set.Module, static set => set.Assembly.GetManifestResourceNames()
            .Where(static name => name.EndsWith(".sql", StringComparison.Ordinal))
            .Max(static name => int.Parse(name.AsSpan(name.IndexOf(".Migrations.", StringComparison.Ordinal) + ".Migrations.".Length, 4), provider: null)));
    }

    private static ServiceProvider Open(DatabaseOptions options, string folder)
    {
        var services = new ServiceCollection();
        services.AddLogging(static logging => logging.SetMinimumLevel(LogLevel.Warning));
        services.AddStorage(options, folder);
        services.AddModuleMigrations();
        return services.BuildServiceProvider();
    }
}
