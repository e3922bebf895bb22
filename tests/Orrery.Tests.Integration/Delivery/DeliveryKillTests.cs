using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>A server killed at the end of each of the nine stages, with the stage's work done and not kept: the delivery goes on, and nothing is done twice.</summary>
public sealed class DeliveryKillTests
{
    private static readonly Dictionary<string, string> Settings = new() { ["Orrery__Jobs__Lease"] = "00:00:03", ["Orrery__Delivery__PauseAt"] = "all" };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_delivery_survives_kill_at_each_stage_and_deploys_once()
    {
        await using var process = await ServerProcess.StartAsync(environment: Settings, cancel: Cancel);
        await new ServingServer(process).RegisterOnnxAsync("m", OnnxModels.Logistic([0.25f], 0), "x");
        var deliveries = new DeliveryServer(process);
        var id = await deliveries.StartAsync("""{"model":"m","version":"1","environment":"staging"}""");
        var killed = new List<string>();
        foreach (var stage in new[] { "validate", "security", "test", "approval", "build", "deploy", "smoke_test", "audit", "notify" })
        {
            var paused = await deliveries.UntilAsync(id, one => (string)one["stage"]! == stage && one["stages"]!.AsArray().Any(s =>
                (string)s!["name"]! == stage && s["lines"] is JsonArray lines && lines.Any(static line => ((string)line!["text"]!).StartsWith("Paused here", StringComparison.Ordinal))));
            killed.Add((string)paused["stage"]!);
            await process.KillAsync(Cancel);
            await process.RestartAsync(Cancel);
        }

        var ended = await deliveries.EndAsync(id);

        Assert.True((string)ended["state"]! == "succeeded", ended.ToJsonString());
        Assert.Equal(9, killed.Count);
        Assert.All(ended["stages"]!.AsArray(), static stage => Assert.InRange((long)stage!["tries"]!, 2, 5));
        var deployment = (await process.Client.GetFromJsonAsync<JsonNode>("/api/v1/deployments/staging/m", Cancel))!;
        Assert.Equal(1, (long)deployment["revision"]!);
        var entries = (await process.Client.GetFromJsonAsync<JsonNode>("/api/v1/audit/entries?action=delivery.deliver", Cancel))!["entries"]!.AsArray();
        Assert.Single(entries);
    }
}
