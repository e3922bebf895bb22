using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>Two servers on one PostgreSQL that answer for the same deployment.</summary>
public sealed class TwoNodesTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Users_stay_with_their_variant_on_both_nodes_and_after_a_restart_and_changes_reach_both()
    {
        var database = await (await PostgresServer.SharedAsync()).CreateMigratedDatabaseAsync(Cancel);
        await using var one = await ServerProcess.StartAsync(["--database", database], cancel: Cancel);
        await using var other = await ServerProcess.StartAsync(["--database", database], dataDir: one.DataDir, cancel: Cancel);
        var (first, second) = (new ServingServer(one), new ServingServer(other));
        await first.RegisterOnnxAsync("m", OnnxModels.Logistic([1f], 0));
        await first.RegisterOnnxAsync("m", OnnxModels.Logistic([1f], 50));
        await first.DeployAsync("production", "m", Spec(70, 30));
        await AnswersAsync(second);

        var before = await VariantsAsync(first);
        Assert.Equal(before, await VariantsAsync(second));
        Assert.InRange(before.Count(static variant => variant == "canary"), 30, 90);

        var began = Stopwatch.GetTimestamp();
        var (status, _) = await first.TryDeployAsync("production", "m", Spec(0, 100));
        Assert.Equal(200, status);
        foreach (var server in new[] { first, second })
            await Eventually.HoldsAsync("all have gone over", async () => (await VariantsAsync(server, users: 20)).All(static variant => variant == "canary"));
        var took = Stopwatch.GetElapsedTime(began);
        TestContext.Current.TestOutputHelper?.WriteLine($"The change was on both nodes after {took.TotalMilliseconds:0} ms.");
        Assert.True(took < Soon, $"The change took {took} to reach both nodes.");

        await first.TryDeployAsync("production", "m", Spec(70, 30));
        var inventory = JsonNode.Parse(await one.Client.GetStringAsync("/api/v1/model-inventory?environment=production&model=m", Cancel))!["entries"]!.AsArray();
        Assert.Equal([0.7, 0.3], [.. inventory.Select(static entry => (double)entry!["share"]!)]);
        await other.KillAsync(Cancel);
        await other.RestartAsync(Cancel);
        await AnswersAsync(second);
        await Eventually.HoldsAsync("both are as before", async () => before.SequenceEqual(await VariantsAsync(second)) && before.SequenceEqual(await VariantsAsync(first)));
    }

    private static string Spec(int stable, int canary) =>
        $$"""{"variants": [{{ServingServer.Variant("m", 1, stable)}}, {{ServingServer.Variant("m", 2, canary, "canary")}}], "sticky": {"header": "X-User-Id"} }""";

    private static Task AnswersAsync(ServingServer server) => Eventually.HoldsAsync("it answers", async () => (await AskAsync(server, "ann")).Status == 200);

    private static async Task<List<string>> VariantsAsync(ServingServer server, int users = 200)
    {
        var variants = new List<string>();
        for (var user = 0; user < users; user++)
            variants.Add((await AskAsync(server, $"user-{user}")).Variant);
        return variants;
    }

    private static async Task<(int Status, string Variant)> AskAsync(ServingServer server, string user)
    {
        var (status, body) = await server.AskAsync("/v2/models/m/infer", """{"inputs": [{"name": "features", "shape": [1, 1], "datatype": "FP32", "data": [-1]}]}""", ("X-User-Id", user));
        return (status, status == 200 && long.Parse((string)JsonNode.Parse(body)!["model_version"]!, CultureInfo.InvariantCulture) == 2 ? "canary" : "stable");
    }
}
