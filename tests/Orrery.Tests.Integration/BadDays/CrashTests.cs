using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>
/// Servers and databases that end at the worst moment. Nothing that was acknowledged is lost, nothing is there by half. <c>ORRERY_KILLS</c> says how
/// often a server is killed.
/// </summary>
public sealed class CrashTests
{
    private const int Writers = 6;
    private static readonly int? Kills = int.TryParse(Environment.GetEnvironmentVariable("ORRERY_KILLS"), out var asked) ? asked : null;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Kills_lose_nothing_on_SQLite()
    {
        await using var server = await ServerProcess.StartAsync(cancel: Cancel);
        await KillAsync(server, Kills ?? 6);
    }

    [Fact]
    public async Task Kills_lose_nothing_on_PostgreSQL()
    {
        var database = await (await PostgresServer.SharedAsync()).CreateMigratedDatabaseAsync(Cancel);
        await using var server = await ServerProcess.StartAsync(["--database", database], cancel: Cancel);
        await KillAsync(server, Kills ?? 3);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_stop_in_order_under_load_loses_nothing(bool postgres)
    {
        string[] arguments = postgres ? ["--database", await (await PostgresServer.SharedAsync()).CreateMigratedDatabaseAsync(Cancel)] : [];
        await using var server = await ServerProcess.StartAsync(arguments, cancel: Cancel);
        var load = new WriteLoad(server.Client);
        using var stop = new CancellationTokenSource();
        var writing = load.RunAsync(Writers, untilGone: true, stop.Token);
        await BusyAsync(load, 200);
        Assert.Equal(0, await server.TerminateAsync(Cancel));
        await stop.CancelAsync();
        await writing;
        Assert.DoesNotContain("Unhandled exception", server.StandardError, StringComparison.Ordinal);
        await server.RestartAsync(Cancel);
        await new Ledger(load, server.Client).BalanceAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task PostgreSQL_may_restart_under_load(bool immediate)
    {
        await using var postgres = await PostgresServer.StartAsync(Cancel);
        var database = await postgres.CreateDatabaseAsync(Cancel);
        await using var server = await ServerProcess.StartAsync(["--database", database], cancel: Cancel);
        var load = new WriteLoad(server.Client);
        using var stop = new CancellationTokenSource();
        var writing = load.RunAsync(Writers, untilGone: false, stop.Token);
        for (var restart = 0; restart < (Kills ?? 1); restart++)
        {
            await BusyAsync(load, 100);
            if (immediate)
            {
                await postgres.StopImmediateAsync(Cancel);
                await postgres.StartAgainAsync(Cancel);
            }
            else
            {
                await postgres.RestartAsync(Cancel);
            }
        }

        // By itself: the same process writes again.
        await BusyAsync(load, 100);
        await stop.CancelAsync();
        await writing;
        Assert.True(server.IsRunning);
        await new Ledger(load, server.Client).BalanceAsync();
    }

    [Fact]
    public async Task A_database_that_stays_away_is_a_503_with_Retry_After()
    {
        await using var postgres = await PostgresServer.StartAsync(Cancel);
        var database = await postgres.CreateDatabaseAsync(Cancel);
        await using var server = await ServerProcess.StartAsync(["--database", database], cancel: Cancel);
        var run = await server.Client.CreateRunAsync(Cancel);
        await postgres.StopImmediateAsync(Cancel);

        var write = server.Client.PostAsync("runs/set-tag", new { run_id = run, key = "k", value = "v" }, Cancel);
        var read = server.Client.GetAnswerAsync($"{Calls.Api}runs/get?run_id={run}", Cancel);
        var ready = server.Client.GetAnswerAsync("health/ready", Cancel);
        foreach (var answer in new[] { await write, await read })
        {
            Assert.Equal(503, answer.Status);
            Assert.NotNull(answer.RetryAfter);
            Assert.Equal("TEMPORARILY_UNAVAILABLE", answer.Json.GetProperty("error_code").GetString());
            Assert.DoesNotContain("Host=", answer.Body, StringComparison.OrdinalIgnoreCase);
        }

        Assert.Equal(503, (await ready).Status);
        Assert.Equal(200, (await server.Client.GetAnswerAsync("health/live", Cancel)).Status);

        await postgres.StartAgainAsync(Cancel);
        await Eventually.HoldsAsync("the service recovers by itself", async () =>
            (await server.Client.PostAsync("runs/set-tag", new { run_id = run, key = "k", value = "v" }, Cancel)).Status == 200);
    }

    private static async Task KillAsync(ServerProcess server, int kills)
    {
        var load = new WriteLoad(server.Client);
        var ledger = new Ledger(load, server.Client);
        for (var kill = 1; kill <= kills; kill++)
        {
            using var stop = new CancellationTokenSource();
            var writing = load.RunAsync(Writers, untilGone: true, stop.Token);
            // Another place in the work each time.
            await BusyAsync(load, 40 + (kill * 7 % 60));
            await server.KillAsync(Cancel);
            await stop.CancelAsync();
            await writing;
            await server.RestartAsync(Cancel);
            await ledger.BalanceAsync();
        }

        Assert.True(load.Uploads.Count(static file => file.Acknowledged) > kills, "Hardly anything was written: the kills tested nothing.");
        await ledger.BalanceAllAsync();
    }

    private static Task BusyAsync(WriteLoad load, int more)
    {
        var target = load.Acknowledged + more;
        return Eventually.HoldsAsync($"{more} more writes are acknowledged", () => load.Acknowledged >= target || !load.Surprises.IsEmpty);
    }
}
