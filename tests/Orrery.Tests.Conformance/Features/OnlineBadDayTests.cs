using System.Diagnostics;
using System.Text.Json.Nodes;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Conformance.Features;

/// <summary>Redis away or emptied; the server killed at any moment.</summary>
public sealed class OnlineBadDayTests(OnlineServers servers) : OnlineTest(servers)
{
    private const string Read = """{"features":["one:a"],"entities":{"driver_id":[1]}}""";

    [Fact]
    public async Task Without_Redis_reads_fail_at_once_and_recover_alone_and_an_emptied_one_has_nothing()
    {
        await using var redis = await RedisServer.StartAsync(Cancel);
        await using var server = await OnlineServers.StartAsync(["--redis", redis.Address]);
        await WriteAsync(server, new(), "one", (new() { ["driver_id"] = 1, ["a"] = 5 }, TimeProvider.System.GetUtcNow(), null));
        Assert.Contains("PRESENT", (await PostAsync(server, "get-online-features", Read)).Body, StringComparison.Ordinal);

        await redis.StopAsync();
        var first = await PostAsync(server, "get-online-features", Read);
        Assert.Equal((503, "features.online_unavailable"), (first.Status, JsonNode.Parse(first.Body)!["code"]!.GetValue<string>()));
        var feast = await PostAsync(server, "get-online-features?mode=feast", Read);
        Assert.Equal(503, feast.Status);
        Assert.Contains("Redis", JsonNode.Parse(feast.Body)!.GetValue<string>(), StringComparison.Ordinal);
        var watch = Stopwatch.StartNew();
        for (var at = 0; at < 20; at++)
            Assert.Equal(503, (await PostAsync(server, "get-online-features", Read)).Status);
        Assert.True(watch.ElapsedMilliseconds < 1_000, $"20 refusals took {watch.ElapsedMilliseconds} ms.");

        await redis.StartAgainAsync(Cancel);
        var back = await UntilAsync(server, 200);
        Assert.Contains("NOT_FOUND", back, StringComparison.Ordinal);
        await WriteAsync(server, new(), "one", (new() { ["driver_id"] = 1, ["a"] = 6 }, TimeProvider.System.GetUtcNow(), null));
        Assert.Contains("[6]", (await PostAsync(server, "get-online-features", Read)).Body, StringComparison.Ordinal);
        Assert.StartsWith("+OK", await redis.CommandAsync("SCRIPT FLUSH", Cancel), StringComparison.Ordinal);
        await WriteAsync(server, new(), "one", (new() { ["driver_id"] = 1, ["a"] = 7 }, TimeProvider.System.GetUtcNow(), null));
        Assert.Contains("[7]", (await PostAsync(server, "get-online-features", Read)).Body, StringComparison.Ordinal);
    }

    /// <summary>Pushes go on while the server is killed; what was acknowledged is there, whole, and nothing else is torn.</summary>
    [Fact]
    public async Task What_was_acknowledged_survives_kill_9()
    {
        var iterations = int.TryParse(Environment.GetEnvironmentVariable("ORRERY_KILLS"), out var asked) ? asked : 3;
        await using var server = await OnlineServers.StartAsync([]);
        var random = new Random(17);
        var acknowledged = new Dictionary<int, long>();
        var sent = new Dictionary<int, long>();
        var (version, answered) = (0L, 0L);
        for (var round = 0; round < iterations; round++)
        {
            var pushing = Enumerable.Range(0, 4).Select(async worker =>
            {
                try
                {
                    for (var at = 0; ; at++)
                    {
                        var id = worker * 1_000 + at % 50;
                        var value = Interlocked.Increment(ref version);
                        lock (sent)
                            sent[id] = value;
                        var (status, _, _) = await PostAsync(server, "push", PushOf(id, value));
                        if (status != 200)
                            continue;
                        lock (acknowledged)
                            acknowledged[id] = value;
                        Interlocked.Increment(ref answered);
                    }
                }
                catch (HttpRequestException)
                {
                    // The server was killed.
                }
            }).ToArray();
            // After some answers, and then at any moment of the next ones.
            var wanted = Interlocked.Read(ref answered) + random.Next(1, 40);
            while (Interlocked.Read(ref answered) < wanted && pushing.Any(static one => !one.IsCompleted))
                await Task.Delay(TimeSpan.FromMilliseconds(1), Cancel);
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(8)), Cancel);
            await server.KillAsync(Cancel);
            await Task.WhenAll(pushing);
            await server.RestartAsync(Cancel);
            await CheckAsync(server, acknowledged, sent);
        }

        Assert.NotEmpty(acknowledged);
    }

    // Both views of the source have one push's values: a is the version, b half of it.
    private static async Task CheckAsync(ServerProcess server, Dictionary<int, long> acknowledged, Dictionary<int, long> sent)
    {
        // What was cut off between the history and the online store is finished soon after the start.
        if (sent.Count == 0)
            return;
        var ids = sent.Keys.Order().ToArray();
        for (var attempt = 0; ; attempt++)
        {
            var (status, text, _) = await PostAsync(server, "get-online-features", $$$"""{"features":["one:a","two:b"],"entities":{"driver_id":[{{{string.Join(',', ids)}}}]}}""");
            Assert.True(status == 200, text);
            var results = JsonNode.Parse(text)!["results"]!;
            var torn = false;
            for (var at = 0; at < ids.Length; at++)
            {
                var a = results[1]!["values"]![at]?.GetValue<long>() ?? 0;
                var b = (long)((results[2]!["values"]![at]?.GetValue<double>() ?? 0) * 2);
                Assert.True(a >= acknowledged.GetValueOrDefault(ids[at]), $"Driver {ids[at]}: {a} is less than the acknowledged {acknowledged.GetValueOrDefault(ids[at])}.");
                Assert.True(a <= sent[ids[at]], $"Driver {ids[at]}: {a} was never sent.");
                torn |= a != b;
            }

            if (!torn)
                return;
            Assert.True(attempt < 100, "One view has a push and the other has not, five seconds after the start.");
            await Task.Delay(TimeSpan.FromMilliseconds(50), Cancel);
        }
    }

    private static string PushOf(int id, long value)
    {
        var at = DateTimeOffset.UnixEpoch.AddSeconds(1_700_000_000 + value).UtcDateTime.ToString("O");
        var half = (value / 2.0).ToString(System.Globalization.CultureInfo.InvariantCulture);
        return $$$"""{"push_source_name":"shared_push","to":"online_and_offline","df":{"driver_id":[{{{id}}}],"a":[{{{value}}}],"b":[{{{half}}}],"d":[0],"event_timestamp":["{{{at}}}"]}}""";
    }

    private static async Task<string> UntilAsync(ServerProcess server, int wanted)
    {
        for (var attempt = 0; ; attempt++)
        {
            var (status, text, _) = await PostAsync(server, "get-online-features", Read);
            if (status == wanted)
                return text;
            Assert.True(attempt < 200, $"Still {status} after ten seconds: {text}");
            await Task.Delay(TimeSpan.FromMilliseconds(50), Cancel);
        }
    }
}
