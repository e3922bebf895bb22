using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>What goes wrong while models are asked: changes under load, callers that leave, models that are slow or hostile, too much at once.</summary>
public sealed class ServingBadDayTests(ServingBadDayTests.Fixture fixture) : IClassFixture<ServingBadDayTests.Fixture>
{
    private const string Square = """{"inputs": [{"name": "x", "shape": [512, 512], "datatype": "FP32", "parameters": {"binary_data_size": 1048576}}]}""";

    private static readonly (string Name, string Value) Tester = ("X-Orrery-Variant", "stable");

    private readonly ServingServer _server = new(fixture.Server);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary><c>ORRERY_SWAPS</c> says how often the deployment changes.</summary>
    [Fact]
    public async Task No_request_fails_while_deployments_change()
    {
        var swaps = int.Parse(Environment.GetEnvironmentVariable("ORRERY_SWAPS") ?? "40", CultureInfo.InvariantCulture);
        int[] versions = [await _server.RegisterOnnxAsync("swapped", OnnxModels.Identity(11, -1, 1)), await _server.RegisterOnnxAsync("swapped", OnnxModels.Identity(7, -1, 1))];
        await _server.DeployAsync("production", "swapped", ServingServer.Spec(ServingServer.Variant("swapped", versions[0])));
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var (asked, wrong, answered) = (0, new System.Collections.Concurrent.ConcurrentBag<string>(), new System.Collections.Concurrent.ConcurrentDictionary<string, bool>());
        var callers = Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            while (!enough.IsCancellationRequested)
            {
                var (status, body) = await _server.AskAsync("/v2/models/swapped/infer", """{"inputs": [{"name": "in", "shape": [1, 1], "datatype": "INT64", "data": [5]}]}""");
                Interlocked.Increment(ref asked);
                if (status != 200 || !body.Contains("\"data\":[5]", StringComparison.Ordinal))
                    wrong.Add($"{status} {body}");
                else
                    answered[(string)JsonNode.Parse(body)!["model_version"]!] = true;
            }
        }, Cancel)).ToArray();

        for (var swap = 1; swap <= swaps; swap++)
            await _server.DeployAsync("production", "swapped", ServingServer.Spec(ServingServer.Variant("swapped", versions[swap % 2])));

        await enough.CancelAsync();
        await Task.WhenAll(callers);
        Assert.Empty(wrong);
        Assert.True(asked > swaps, $"Only {asked} requests were made.");
        Assert.Equal(2, answered.Count);
    }

    [Fact]
    public async Task A_caller_that_leaves_stops_the_model()
    {
        await SlowAsync("left", "", steps: 4_000);
        using var leaving = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => AskSquareAsync("left", leaving.Token));

        // With one request at a time, the next is taken on when the one before has stopped.
        var waited = Stopwatch.StartNew();
        await Eventually.HoldsAsync("the place is free", async () =>
        {
            var (status, _) = await _server.AskAsync("/v2/models/left/infer", "{}", Tester);
            return status == 400;
        });
        Assert.True(waited.Elapsed < TimeSpan.FromSeconds(10), $"It took {waited.Elapsed}.");
    }

    [Fact]
    public async Task A_model_that_is_slow_is_stopped_at_the_deadline()
    {
        await SlowAsync("late", """, "timeout_ms": 200""", steps: 4_000);

        using var answer = await AskSquareAsync("late", Cancel);

        Assert.Equal(504, (int)answer.StatusCode);
        Assert.Equal("""{"error":"The model did not answer within 200 ms."}""", await answer.Content.ReadAsStringAsync(Cancel));
    }

    [Fact]
    public async Task More_than_may_be_at_work_is_refused_at_once()
    {
        await SlowAsync("busy", """, "timeout_ms": 1500""", steps: 4_000);
        var first = AskSquareAsync("busy", Cancel);
        (int Status, string Body) second = default;
        await Eventually.HoldsAsync("the second is refused", async () => (second = await _server.AskAsync("/v2/models/busy/infer", "{}")).Status == 503);

        Assert.Equal("""{"error":"1 requests are at work here, as many as may be; try again in a moment."}""", second.Body);
        using var answer = await first;
        Assert.Equal(504, (int)answer.StatusCode);
    }

    [Fact]
    public async Task A_rate_is_kept_to()
    {
        var version = await _server.RegisterOnnxAsync("rated", OnnxModels.Identity(11, -1, 1));
        await _server.DeployAsync(
            "production", "rated", $$"""{"variants": [{{ServingServer.Variant("rated", version)}}], "limits": {"requests_per_second": 2} }""");
        var statuses = new List<int>();
        for (var index = 0; index < 6; index++)
            statuses.Add((await _server.AskAsync("/v1/models/rated:predict", """{"instances": [[1]]}""")).Status);

        Assert.Contains(200, statuses);
        Assert.Contains(429, statuses);
    }

    [Fact]
    public async Task What_is_too_large_is_refused()
    {
        var version = await _server.RegisterOnnxAsync("small", OnnxModels.Identity(11, -1, 1));
        await _server.DeployAsync("production", "small", ServingServer.Spec(ServingServer.Variant("small", version)));

        using var body = new ByteArrayContent(new byte[3 << 20]);
        using var answer = await fixture.Server.Client.PostAsync("/v1/models/small:predict", body, Cancel);

        Assert.Equal(413, (int)answer.StatusCode);
        Assert.Equal(200, (await _server.AskAsync("/v1/models/small:predict", """{"instances": [[1]]}""")).Status);
    }

    [Fact]
    public async Task A_model_that_reads_other_files_is_not_loaded()
    {
        var hostile = new OnnxModelBuilder().Input("in", 1, 4).ExternalConstant("w", "../../../../etc/hostname", 4).Node("Add", ["in", "w"], ["out"]).Output("out", 1, 4).Build();
        var version = await _server.RegisterOnnxAsync("hostile", hostile);
        var (status, refused) = await _server.TryDeployAsync("production", "hostile", ServingServer.Spec(ServingServer.Variant("hostile", version)));

        Assert.Equal((409, "governance.scan_refused"), (status, (string)refused!["code"]!));
        Assert.Contains("reads '../../../../etc/hostname', which lies outside", (string)refused["detail"]!, StringComparison.Ordinal);
        Assert.Equal(404, (await _server.AskAsync("/v1/models/hostile:predict", """{"instances": [[1, 2, 3, 4]]}""")).Status);
    }

    [Fact]
    public async Task A_slow_load_holds_up_no_other_change()
    {
        var slow = await _server.RegisterOnnxAsync("slow-to-load", OnnxModels.Slow(3_000));
        var quick = await _server.RegisterOnnxAsync("quick", OnnxModels.Identity(11, -1, 1));
        await _server.DeployAsync("production", "overtaken", ServingServer.Spec(ServingServer.Variant("quick", quick)));
        var (_, loading) = await _server.TryDeployAsync("production", "overtaken", ServingServer.Spec(ServingServer.Variant("slow-to-load", slow)));

        await _server.DeployAsync("production", "beside", ServingServer.Spec(ServingServer.Variant("quick", quick)));
        var back = await _server.DeployAsync("production", "overtaken", ServingServer.Spec(ServingServer.Variant("quick", quick)));

        Assert.True((long)back["revision"]! > (long)loading!["revision"]!);
        Assert.Equal((200, """{"predictions":[[7]]}"""), await _server.AskAsync("/v1/models/overtaken:predict", """{"instances": [[7]]}"""));
    }

    private async Task SlowAsync(string name, string limits, int steps)
    {
        var version = await _server.RegisterOnnxAsync(name, OnnxModels.Slow(steps));
        await _server.DeployAsync(
            "production", name, $$$"""{"variants": [{{{ServingServer.Variant(name, version)}}}], "limits": {"concurrency": 1{{{limits}}} }}""");
    }

    private Task<HttpResponseMessage> AskSquareAsync(string name, CancellationToken cancel)
    {
        var content = new ByteArrayContent([.. Encoding.ASCII.GetBytes(Square), .. new byte[512 * 512 * sizeof(float)]]);
        var request = new HttpRequestMessage(HttpMethod.Post, $"/v2/models/{name}/infer") { Content = content };
        request.Headers.Add("Inference-Header-Content-Length", Square.Length.ToString(CultureInfo.InvariantCulture));
        return fixture.Server.Client.SendAsync(request, cancel);
    }

    /// <summary>One server for all of them, whose bodies are small.</summary>
    public sealed class Fixture : IAsyncLifetime
    {
        public ServerProcess Server { get; private set; } = null!;

        public async ValueTask InitializeAsync() =>
            Server = await ServerProcess.StartAsync(environment: new Dictionary<string, string> { ["Orrery__Serving__MaxBodyMb"] = "2" }, cancel: Cancel);

        public async ValueTask DisposeAsync() => await Server.DisposeAsync();
    }
}
