using System.Globalization;
using System.Text;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>
/// A server killed at random moments of a materialization: the run goes on after the restart, and in the end every entity has its newest row.
/// <c>ORRERY_KILLS</c> says how often it is killed.
/// </summary>
public sealed class MaterializationKillTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_killed_run_goes_on_and_loses_nothing()
    {
        var kills = int.Parse(Environment.GetEnvironmentVariable("ORRERY_KILLS") ?? "2", CultureInfo.InvariantCulture);
        await using var process = await ServerProcess.StartAsync(environment: new Dictionary<string, string>
        {
            ["Orrery__Features__MaterializationPartRows"] = "1000",
            ["Orrery__Jobs__Lease"] = "00:00:03",
        }, cancel: Cancel);
        var server = new FeatureServer(process, "kill");
        await server.ApplyAsync(MaterializationTests.Define("kill"));
        var random = new Random(11);
        var newest = new Dictionary<int, (int At, int Amount)>();
        for (var round = 0; round < kills; round++)
        {
            // The same file each time: a part of a run costs what there is to scan, which is not what is tested here.
            await server.UploadAsync("rows.csv", Rows(random, round, newest));
            var run = (await server.PostAsync("materialize", "{}")).GetProperty("runs")[0].GetProperty("id").GetString()!;
            await Task.Delay(random.Next(400), Cancel);
            await process.KillAsync(Cancel);
            await process.RestartAsync(Cancel);

            var ended = await server.EndAsync(run);

            Assert.Equal("succeeded", ended.GetProperty("state").GetString());
            var users = newest.Keys.Order().ToArray();
            var values = await server.OnlineAsync("spend:amount", "user_id", [.. users.Select(static user => user.ToString(CultureInfo.InvariantCulture))]);
            Assert.Equal(users.Select(user => newest[user].Amount.ToString("0.0", CultureInfo.InvariantCulture)), values);
        }
    }

    private static string Rows(Random random, int round, Dictionary<int, (int At, int Amount)> newest)
    {
        var csv = new StringBuilder("user_id,event_timestamp,created,amount\n");
        for (var row = 0; row < 12_000; row++)
        {
            var (user, at, amount) = (random.Next(2_000), (round * 1_000) + random.Next(1_000), random.Next(1_000_000));
            // Equal times would be settled by the rows' order, which is not what is tested here.
            if (newest.TryGetValue(user, out var old) && old.At == at)
                continue;
            if (old == default || at > old.At)
                newest[user] = (at, amount);
            csv.Append(CultureInfo.InvariantCulture, $"{user},{MaterializationTests.Time(at)},{MaterializationTests.Time(at + round)},{amount}\n");
        }

        return csv.ToString();
    }
}
