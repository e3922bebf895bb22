using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>A server that is killed under load, and a disk that is full where the prediction log goes.</summary>
public sealed class ServingCrashTests
{
    private const string Ask = """{"inputs": [{"name": "features", "shape": [1, 1], "datatype": "FP32", "data": [-1]}]}""";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task After_a_kill_under_load_the_same_revision_answers_and_users_have_their_variants()
    {
        await using var process = await ServerProcess.StartAsync(cancel: Cancel);
        var server = new ServingServer(process);
        await server.RegisterOnnxAsync("m", OnnxModels.Logistic([1f], 0));
        await server.RegisterOnnxAsync("m", OnnxModels.Logistic([1f], 50));
        for (var weight = 1; weight <= 3; weight++)
            await server.DeployAsync("production", "m", $$"""{"variants": [{{ServingServer.Variant("m", 1, 60 + weight)}}, {{ServingServer.Variant("m", 2, 40, "canary")}}], "sticky": {"header": "X-User-Id"} }""");
        var before = await VersionsAsync(server);
        Assert.Equal(2, before.Distinct().Count());
        var statuses = new ConcurrentDictionary<int, int>();
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var callers = Enumerable.Range(0, 4).Select(caller => Task.Run(async () =>
        {
            while (!enough.IsCancellationRequested)
                statuses.AddOrUpdate(await StatusAsync(server, $"user-{caller}"), 1, static (_, count) => count + 1);
        }, Cancel)).ToArray();
        await Eventually.HoldsAsync("some are answered", () => statuses.GetValueOrDefault(200) > 50);

        await process.KillAsync(Cancel);
        await process.RestartAsync(Cancel);
        var ready = Stopwatch.GetTimestamp();
        await Eventually.HoldsAsync("it answers", async () => await StatusAsync(server, "ann") == 200);
        TestContext.Current.TestOutputHelper?.WriteLine($"It answered {Stopwatch.GetElapsedTime(ready).TotalMilliseconds:0} ms after it was ready.");
        await enough.CancelAsync();
        await Task.WhenAll(callers);

        // 0: nobody listened. A server that does not know its deployments yet never says that there is none.
        Assert.Subset(new HashSet<int> { 0, 200, 503 }, statuses.Keys.ToHashSet());
        Assert.Equal(before, await VersionsAsync(server));
        var found = (await process.Client.GetFromJsonAsync<JsonNode>("/api/v1/deployments/production/m", Cancel))!;
        Assert.Equal((3, "ready"), ((long)found["revision"]!, (string)found["state"]!));
    }

    [Fact]
    public async Task On_a_full_disk_models_answer_and_what_the_log_loses_is_counted_and_told()
    {
        await using var disk = await SmallDisk.MountAsync(megabytes: 32);
        await using var process = await ServerProcess.StartAsync(dataDir: disk.Folder, environment: new Dictionary<string, string> { ["Orrery__Serving__LogFlushSeconds"] = "1" }, cancel: Cancel);
        var server = new ServingServer(process);
        await server.RegisterOnnxAsync("m", OnnxModels.Logistic([1f], 0));
        await server.DeployAsync("production", "m", $$"""{"variants": [{{ServingServer.Variant("m", 1)}}], "log": {} }""");
        disk.Fill();

        for (var index = 0; index < 20; index++)
            Assert.Equal(200, (await server.AskAsync("/v2/models/m/infer", Ask)).Status);
        await Eventually.HoldsAsync("the loss is counted", async () =>
            (await process.Client.GetStringAsync("/metrics", Cancel)).Contains("orrery_serving_prediction_log_lost_total{reason=\"disk_full\"} 20\n", StringComparison.Ordinal));
        await Eventually.HoldsAsync("the loss is told", () => process.StandardOutput.Contains("have lost 20 predictions in the last minute (disk_full 20)", StringComparison.Ordinal)
            || process.StandardError.Contains("have lost 20 predictions in the last minute (disk_full 20)", StringComparison.Ordinal));

        disk.Free();
        Assert.Equal(200, (await server.AskAsync("/v2/models/m/infer", Ask)).Status);
        await Eventually.HoldsAsync("the log goes on", async () =>
            (await process.Client.GetFromJsonAsync<JsonNode>("/api/v1/deployments/production/m/predictions", Cancel))!["predictions"] is JsonArray { Count: 1 });
    }

    private static async Task<int> StatusAsync(ServingServer server, string user)
    {
        try
        {
            return (await server.AskAsync("/v2/models/m/infer", Ask, ("X-User-Id", user))).Status;
        }
        catch (HttpRequestException)
        {
            return 0;
        }
    }

    private static async Task<List<string>> VersionsAsync(ServingServer server)
    {
        var versions = new List<string>();
        for (var user = 0; user < 60; user++)
            versions.Add((string)JsonNode.Parse((await server.AskAsync("/v2/models/m/infer", Ask, ("X-User-Id", $"user-{user}"))).Body)!["model_version"]!);
        return versions;
    }
}
