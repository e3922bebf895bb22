using System.Globalization;
using System.Text.Json;
using Orrery.Client;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Tenancy;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>A month of 20 teams, asked for by the command line.</summary>
public sealed class MonthOfTeamsTests
{
    private const int Teams = 20;

    // As promised: a core-month is $70, a GiB-month of memory $10, a GPU-month $2500, each of 730 hours.
    private static readonly (string Meter, string Resource, decimal DollarsPerUnit)[] Prices =
    [
        (Meters.CoreSeconds, "", 70m / (730 * 3600)),
        (Meters.MemoryGibSeconds, "", 10m / (730 * 3600)),
        (Meters.GpuSeconds, "a100", 2500m / (730 * 3600)),
    ];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_statements_balance_with_the_ledger_and_a_budget_alert_fires_once()
    {
        await using var database = new PostgresDatabase();
        await database.InitializeAsync();
        await using var server = await ServerProcess.StartAsync(["--database", database.Options.ConnectionString!], cancel: Cancel);
        var thisMonth = new DateTimeOffset(TimeProvider.System.GetUtcNow().UtcDateTime.Date, TimeSpan.Zero);
        thisMonth = thisMonth.AddDays(1 - thisMonth.Day);
        var month = thisMonth.AddMonths(-1);
        var name = month.ToString("yyyy-MM", CultureInfo.InvariantCulture);
        using var client = new OrreryClient(server.BaseAddress);
        var exact = new Dictionary<string, decimal>();
        foreach (var team in Enumerable.Range(1, Teams))
        {
            var workspace = await client.Access.CreateWorkspaceAsync(new() { Name = $"team-{team}" }, Cancel);
            exact[workspace.Name] = await SimulateAsync(database, await ActorAsync(database, workspace.Name), month, thisMonth, team);
        }

        foreach (var (team, dollars) in exact)
        {
            var asked = await Mlops.RunAsync(server, Cancel, "cost", "statement", "--month", name, "--workspace", team, "--json");
            Assert.Equal((0, ""), (asked.ExitCode, asked.Error));
            var statement = JsonSerializer.Deserialize<CostStatement>(asked.Out, OrreryJson.Options)!;
            Assert.Equal(decimal.Round(dollars, 2, MidpointRounding.AwayFromZero), statement.Total);
            Assert.Equal(statement.Total, statement.Lines.Sum(static line => line.Amount));
            Assert.Equal(statement.Total, statement.CostCenters.Sum(static center => center.Amount));
        }

        var closed = await Mlops.RunAsync(server, Cancel, "cost", "statement", "--month", name, "--workspace", "team-7", "--close", "--yes");
        Assert.Contains(", closed", closed.Out + closed.Error, StringComparison.Ordinal);

        var budget = await Mlops.RunAsync(server, Cancel, "cost", "budget", "set", "1", "--workspace", "team-3");
        Assert.Equal(0, budget.ExitCode);
        for (var start = 0; start < 2; start++)
        {
            await server.RestartAsync(Cancel);
            await Eventually.HoldsAsync("the alerts are in the trail", async () =>
                (await Mlops.RunAsync(server, Cancel, "audit", "list", "--workspace", "team-3", "--action", "budget.threshold_crossed", "--json"))
                .Out.Split("\"action\"").Length - 1 == 4);
        }
    }

    private static async Task<Actor> ActorAsync(TestDatabase database, string workspace) => await database.Db.ReadAsync(async session =>
    {
        using var statement = session.Sql("select tenant_id from ten_workspace where name = @name").Set("name", workspace);
        return Actor.System(new WorkspaceId((await statement.LongAsync())!.Value), workspace);
    }, Cancel);

    /// <summary>Writes what a team used, the same for the same seed; and a day's worth in the month after.</summary>
    /// <returns>What the month costs, in dollars.</returns>
    private static async Task<decimal> SimulateAsync(TestDatabase database, Actor team, DateTimeOffset month, DateTimeOffset next, int seed)
    {
        var random = new Random(seed);
        var ledger = new UsageLedger(TimeProvider.System);
        var facts = new List<UsageFact> { new("next", Meters.CoreSeconds, 1_000_000, next, next) };
        var dollars = 0m;
        for (var hour = month; hour < next; hour = hour.AddHours(random.Next(1, 5)))
        {
            var (meter, resource, price) = Prices[random.Next(Prices.Length)];
            var quantity = random.Next(1, 90_000_000) / 1000m;
            dollars += quantity * price;
            facts.Add(new(hour.ToString("O", CultureInfo.InvariantCulture), meter, quantity, hour, hour.AddHours(1))
            {
                Resource = resource,
                CostCenter = $"cc{random.Next(3)}",
                ObjectKind = "model",
                ObjectId = $"m{random.Next(5)}",
            });
        }

        var written = await database.Db.WriteAsync(session => ledger.AppendAsync(session, team, facts), Cancel);
        Assert.Equal(facts.Count, written.Value);

        // A retry counts once.
        Assert.Equal(0, (await database.Db.WriteAsync(session => ledger.AppendAsync(session, team, facts), Cancel)).Value);
        return dollars;
    }
}
