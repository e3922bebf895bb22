using System.Text.Json.Nodes;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Conformance.Features;

/// <summary>What was written is read as a naive list of rows would give it, on both stores.</summary>
public sealed class OnlineReadTests(OnlineServers servers) : OnlineTest(servers)
{
    private static readonly string[] All = ["driver_stats:conv_rate", "driver_stats:trips", "driver_stats:note"];
    private static readonly Dictionary<string, Func<ServerProcess, Task>> Cases = new()
    {
        ["one row"] = static s => DriversAsync(s, [(0, -60, 0)]),
        ["the newer of two events, newer last"] = static s => DriversAsync(s, [(0, -120, 0), (0, -60, 0)]),
        ["the newer of two events, newer first"] = static s => DriversAsync(s, [(0, -60, 0), (0, -120, 0)]),
        ["the later created of one event, later last"] = static s => DriversAsync(s, [(0, -60, 1), (0, -60, 2)]),
        ["the later created of one event, later first"] = static s => DriversAsync(s, [(0, -60, 2), (0, -60, 1)]),
        ["an older event created later stays out"] = static s => DriversAsync(s, [(0, -60, 1), (0, -90, 9)]),
        ["equal times are overwritten"] = static s => DriversAsync(s, [(0, -60, 1), (0, -60, 1)]),
        ["an exact duplicate"] = static s => DriversAsync(s, [(0, -60, 1), (0, -60, 1), (0, -60, 1)]),
        ["several keys"] = static s => DriversAsync(s, [(0, -60, 0), (1, -50, 0), (2, -40, 0)]),
        ["older than the ttl"] = static s => DriversAsync(s, [(0, -100_000, 0)]),
        ["just younger than the ttl"] = static s => DriversAsync(s, [(0, -86_000, 0)]),
        ["older than a ttl of the request"] = static s => DriversAsync(s, [(0, -60, 0)], (TimeSpan.FromSeconds(30), true)),
        ["younger than a ttl of the request"] = static s => DriversAsync(s, [(0, -60, 0)], (TimeSpan.FromSeconds(3_000), true)),
        ["without a ttl for the request"] = static s => DriversAsync(s, [(0, -100_000, 0)], (null, true)),
        ["an event of tomorrow"] = static s => DriversAsync(s, [(0, 86_400, 0)]),
        ["before 1970"] = static s => DriversAsync(s, [(0, -2_000_000_000, 0)], (null, true)),
        ["fractions of seconds"] = static s => DriversAsync(s, [(0, -60.125, 0), (1, -60.000001, 0)]),
        ["nothing written"] = static s => CompareAsync(s, new(), new() { ["driver_id"] = new JsonArray(NewId()) }, All),
        ["null values"] = NullsAsync,
        ["a null key"] = NullKeyAsync,
        ["duplicates and order of rows"] = OrderAsync,
        ["two views of one source and key"] = TwoViewsAsync,
        ["composite keys do not collide"] = CompositeAsync,
        ["a view without entities"] = WorldAsync,
        ["keys cast to the declared type"] = CastAsync,
        ["no rows asked for"] = static s => CompareAsync(s, new(), new() { ["driver_id"] = new JsonArray() }, All),
        ["texts of every kind"] = TextsAsync,
        ["extreme whole numbers"] = ExtremesAsync,
        ["ten thousand rows"] = ManyAsync,
    };

    public static TheoryData<OnlineBackend, string> Names()
    {
        var all = new TheoryData<OnlineBackend, string>();
        foreach (var name in Cases.Keys)
        {
            all.Add(OnlineBackend.Embedded, name);
            all.Add(OnlineBackend.Redis, name);
        }

        return all;
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Reads_agree_with_the_oracle(OnlineBackend backend, string name) => await Cases[name](await OnAsync(backend));

    [Theory]
    [InlineData(OnlineBackend.Embedded)]
    [InlineData(OnlineBackend.Redis)]
    public async Task Random_writes_and_reads_agree_with_the_oracle(OnlineBackend backend)
    {
        var server = await OnAsync(backend);
        var random = new Random(2024);
        var ids = Enumerable.Range(0, 8).Select(static _ => NewId()).ToArray();
        var oracle = new OnlineOracle();
        var now = Now();
        for (var round = 0; round < 30; round++)
        {
            var rows = Enumerable.Range(0, random.Next(1, 6)).Select(_ => (
                Driver(ids[random.Next(ids.Length)], random.Next(4) == 0 ? null : random.Next(8) / 8.0, random.Next(4) == 0 ? null : random.Next(100), random.Next(3) == 0 ? null : "n" + round),
                now.AddSeconds(-random.Next(5) * 40_000), (DateTimeOffset?)now.AddSeconds(random.Next(3)))).ToArray();
            await WriteAsync(server, oracle, "driver_stats", rows);
            var asked = new JsonArray([.. Enumerable.Range(0, random.Next(1, 12)).Select(_ => (JsonNode)ids[random.Next(ids.Length)])]);
            (TimeSpan?, bool)[] ttls = [(null, false), (null, true), (TimeSpan.FromSeconds(50_000), true)];
            await CompareAsync(server, oracle, new() { ["driver_id"] = asked }, All, ttls[random.Next(ttls.Length)]);
        }
    }

    private static DateTimeOffset Now() => DateTimeOffset.FromUnixTimeSeconds(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds());

    private static async Task DriversAsync(ServerProcess server, (int Key, double Seconds, int Created)[] writes, (TimeSpan?, bool) ttl = default)
    {
        var oracle = new OnlineOracle();
        var now = Now();
        var ids = Enumerable.Range(0, 3).Select(static _ => NewId()).ToArray();
        for (var at = 0; at < writes.Length; at++)
        {
            var (key, seconds, created) = writes[at];
            var moment = now.AddTicks((long)(seconds * 1_000_000) * 10);
            await WriteAsync(server, oracle, "driver_stats", (Driver(ids[key], trips: at), moment, created == 0 ? now : now.AddSeconds(created)));
        }

        await CompareAsync(server, oracle, new() { ["driver_id"] = new JsonArray([.. ids.Select(static id => (JsonNode)id)]) }, All, ttl);
    }

    private static async Task NullsAsync(ServerProcess server)
    {
        var (oracle, id) = (new OnlineOracle(), NewId());
        await WriteAsync(server, oracle, "driver_stats", (Driver(id, null, null, null), Now(), null));
        await CompareAsync(server, oracle, new() { ["driver_id"] = new JsonArray(id) }, All);
    }

    private static async Task NullKeyAsync(ServerProcess server)
    {
        var (oracle, id) = (new OnlineOracle(), NewId());
        await WriteAsync(server, oracle, "driver_stats", (Driver(id), Now(), null));
        await CompareAsync(server, oracle, new() { ["driver_id"] = new JsonArray(null, id, null) }, All);
    }

    private static async Task OrderAsync(ServerProcess server)
    {
        var (oracle, a, b) = (new OnlineOracle(), NewId(), NewId());
        await WriteAsync(server, oracle, "driver_stats", (Driver(a, trips: 1), Now(), null), (Driver(b, trips: 2), Now(), null));
        await CompareAsync(server, oracle, new() { ["driver_id"] = new JsonArray(b, a, NewId(), b, a, b) }, All);
    }

    private static async Task TwoViewsAsync(ServerProcess server)
    {
        var (oracle, id) = (new OnlineOracle(), NewId());
        await WriteAsync(server, oracle, "one", (new() { ["driver_id"] = id, ["a"] = 5 }, Now().AddSeconds(-5), null));
        await WriteAsync(server, oracle, "two", (new() { ["driver_id"] = id, ["b"] = 2.5 }, Now(), null));
        await CompareAsync(server, oracle, new() { ["driver_id"] = new JsonArray(id, NewId()) }, ["two:b", "one:a"]);
    }

    private static async Task CompositeAsync(ServerProcess server)
    {
        var oracle = new OnlineOracle();
        var id = NewId();
        await WriteAsync(
            server, oracle, "pair_stats",
            (new() { ["driver_id"] = id, ["customer_id"] = "12", ["rides"] = 1 }, Now(), null),
            (new() { ["driver_id"] = id * 10L + 1, ["customer_id"] = "2", ["rides"] = 2 }, Now(), null));
        await CompareAsync(
            server, oracle,
            new() { ["customer_id"] = new JsonArray("12", "2", "2", "12", null), ["driver_id"] = new JsonArray(id, id * 10L + 1, id, id * 10L + 1, id) }, ["pair_stats:rides"]);
    }

    private static async Task WorldAsync(ServerProcess server)
    {
        var (oracle, id) = (new OnlineOracle(), NewId());
        await WriteAsync(server, oracle, "world", (new() { ["rate"] = 1.25 }, Now(), null));
        await WriteAsync(server, oracle, "one", (new() { ["driver_id"] = id, ["a"] = 5 }, Now(), null));
        await CompareAsync(server, oracle, new() { ["driver_id"] = new JsonArray(id, NewId()) }, ["world:rate", "one:a"]);
    }

    private static async Task CastAsync(ServerProcess server)
    {
        var id = NewId();
        await WriteAsync(server, new(), "pair_stats", (new() { ["driver_id"] = id, ["customer_id"] = 5, ["rides"] = 7 }, Now(), null));
        var (_, text, _) = await PostAsync(server, "get-online-features", $$$"""{"features":["pair_stats:rides"],"entities":{"driver_id":["{{{id}}}"],"customer_id":["5"]}}""");
        var results = JsonNode.Parse(text)!["results"]!;
        Assert.Equal($"[{id}]", results[0]!["values"]!.ToJsonString());
        Assert.Equal("""["5"]""", results[1]!["values"]!.ToJsonString());
        Assert.Equal("[7]", results[2]!["values"]!.ToJsonString());
    }

    private static async Task TextsAsync(ServerProcess server)
    {
        var oracle = new OnlineOracle();
        string[] notes = ["", "Zürich €", "\"quoted\" \\ \n\t\u0001", new string('x', 70_000), "🚕"];
        var ids = notes.Select(static _ => NewId()).ToArray();
        await WriteAsync(server, oracle, "driver_stats", [.. notes.Select((note, at) => (Driver(ids[at], note: note), Now(), (DateTimeOffset?)null))]);
        await CompareAsync(server, oracle, new() { ["driver_id"] = new JsonArray([.. ids.Select(static id => (JsonNode)id)]) }, All);
    }

    private static async Task ExtremesAsync(ServerProcess server)
    {
        var oracle = new OnlineOracle();
        await WriteAsync(server, oracle, "driver_stats", (Driver(long.MinValue, trips: long.MaxValue), Now(), null), (Driver(long.MaxValue, trips: long.MinValue), Now(), null));
        await CompareAsync(server, oracle, new() { ["driver_id"] = new JsonArray(long.MinValue, long.MaxValue) }, All);
        oracle.Forget("driver_stats");
    }

    private static async Task ManyAsync(ServerProcess server)
    {
        var oracle = new OnlineOracle();
        var ids = Enumerable.Range(0, 50).Select(static _ => NewId()).ToArray();
        await WriteAsync(server, oracle, "one", [.. ids.Select(static id => (new JsonObject { ["driver_id"] = id, ["a"] = id }, Now(), (DateTimeOffset?)null))]);
        var entities = new JsonArray([.. Enumerable.Range(0, 10_000).Select(at => (JsonNode)ids[at % ids.Length])]);
        var body = new JsonObject { ["features"] = new JsonArray("one:a"), ["entities"] = new JsonObject { ["driver_id"] = entities } };
        var (_, text, _) = await PostAsync(server, "get-online-features", body.ToJsonString());
        Assert.True(JsonNode.DeepEquals(entities, JsonNode.Parse(text)!["results"]![1]!["values"]));
    }
}
