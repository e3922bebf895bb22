using System.Globalization;
using Npgsql;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>From a table in PostgreSQL to Redis: through a warehouse that goes away, and a Redis that loses all it had.</summary>
public sealed class WarehouseMaterializationTests
{
    private const string Definitions = """
        project: dwh
        entities: [{ name: user, join_keys: [{ name: user_id, type: int64 }] }]
        sources: [{ name: payments, type: table, warehouse: main, table: shop.payments, timestamp_column: at, created_column: created }]
        feature_views:
          - name: spend
            entities: [user]
            source: payments
            features: [{ name: amount, type: float64 }, { name: country, type: string }, { name: items, type: "list<int64>" }]
        """;

    // Users have several rows; those of one time and one created time are settled by their values.
    private const string Table = """
        create schema shop;
        create table shop.payments (user_id bigint, at timestamptz, created timestamptz, amount numeric(12, 2), country varchar(10), items bigint[]);
        insert into shop.payments
        select n % 700, timestamptz '2026-01-01' + (n * 7919 % 5000) * interval '1 minute', timestamptz '2026-02-01' + (n % 3) * interval '1 day', n, 'C' || n % 5, array[n, n + 1]
        from generate_series(1, 6000) n;
        """;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_run_survives_the_warehouse_and_a_rebuild_brings_Redis_back()
    {
        await using var warehouse = await PostgresServer.StartAsync(Cancel);
        var database = await warehouse.CreateDatabaseAsync(Cancel);
        await using (var connection = new NpgsqlConnection(database))
        {
            await connection.OpenAsync(Cancel);
            await using var command = new NpgsqlCommand(Table, connection);
            await command.ExecuteNonQueryAsync(Cancel);
        }

        await using var redis = await RedisServer.StartAsync(Cancel);
        await using var process = await ServerProcess.StartAsync(["--redis", redis.Address], new Dictionary<string, string>
        {
            ["Orrery__Features__MaterializationPartRows"] = "1000",
            ["Orrery__Features__Warehouses__main__Connection"] = database + ";Timeout=3",
            ["Orrery__Features__Warehouses__main__Workspaces__0"] = "*",
        }, cancel: Cancel);
        var server = new FeatureServer(process, "dwh");
        await server.ApplyAsync(Definitions);

        await warehouse.StopImmediateAsync(Cancel);
        var run = (await server.PostAsync("materialize", "{}")).GetProperty("runs")[0].GetProperty("id").GetString()!;
        await Eventually.HoldsAsync("the run says that the warehouse is away", async () =>
            (await server.GetAsync($"materializations/{run}")).TryGetProperty("error", out var error) && error.GetString()!.Contains("The warehouse cannot be reached", StringComparison.Ordinal));
        await warehouse.StartAgainAsync(Cancel);
        Assert.Equal("succeeded", (await server.EndAsync(run)).GetProperty("state").GetString());

        var users = Enumerable.Range(0, 701).ToArray();
        var expected = users.Select(Newest).ToArray();
        Assert.Equal(expected, await ReadAsync(server, users));

        Assert.StartsWith("+OK", await redis.CommandAsync("FLUSHALL", Cancel), StringComparison.Ordinal);
        await Eventually.HoldsAsync("the emptied Redis is read again", async () => (await server.OnlineAsync("spend:amount", "user_id", "1")) is ["NOT_FOUND"]);
        var rebuilt = await server.MaterializeAsync("""{"rebuild":true}""");
        Assert.Equal("succeeded", rebuilt.GetProperty("state").GetString());
        Assert.Equal(expected, await ReadAsync(server, users));
    }

    private static async Task<string[]> ReadAsync(FeatureServer server, int[] users) =>
        await server.OnlineAsync("spend:amount", "user_id", [.. users.Select(static user => user.ToString(CultureInfo.InvariantCulture))]);

    private static string Newest(int user) => Enumerable.Range(1, 6000).Where(n => n % 700 == user).Select(static n => (At: n * 7919 % 5000, Created: n % 3, Amount: n)).ToArray() is { Length: > 0 } rows
        ? rows.Max().Amount.ToString("0.0", CultureInfo.InvariantCulture)
        : "NOT_FOUND";
}
