using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>Deliveries to an environment that is governed.</summary>
public sealed class GovernedDeliveryTests
{
    private static readonly Dictionary<string, string> Governed = new() { ["Orrery__Serving__ApprovedEnvironments"] = "production" };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task High_risk_without_the_board_is_rejected_byte_for_byte_and_the_board_sees_it()
    {
        await using var process = await ServerProcess.StartAsync(environment: Governed, cancel: Cancel);
        await new ServingServer(process).RegisterOnnxAsync("risky", OnnxModels.Identity(11, -1, 1));
        var deliveries = new DeliveryServer(process);

        var (status, text, _) = await deliveries.PostAsync("/api/v1/models/deploy", """{"model_name":"risky","model_version":"1","target_stage":"prod"}""");

        Assert.Equal(403, status);
        Assert.Equal("""{"status":"rejected","message":"High-risk models require CAB approval"}""", text);
        var asked = (await process.Client.GetFromJsonAsync<JsonNode>("/api/v1/approvals?state=pending", Cancel))!["approvals"]!.AsArray();
        Assert.Equal("risky", (string)asked.Single()!["model"]!);
        var listed = (await process.Client.GetFromJsonAsync<JsonNode>("/api/v1/deliveries", Cancel))!;
        Assert.Null(listed["deliveries"]);
        using var deployment = await process.Client.GetAsync("/api/v1/deployments/production/risky", Cancel);
        Assert.Equal(System.Net.HttpStatusCode.NotFound, deployment.StatusCode);

        // The long form waits for the board, and holds no worker.
        var id = await deliveries.StartAsync("""{"model":"risky","version":"1","environment":"production"}""");
        var waiting = await deliveries.UntilAsync(id, static one => (string)one["state"]! == "waiting");
        Assert.Equal("approval", (string)waiting["stage"]!);
        Assert.Contains("vp-engineering", (string)waiting["message"]!, StringComparison.Ordinal);
        Assert.Equal(200, (await deliveries.PostAsync($"/api/v1/approvals/{waiting["approval_id"]}/withdraw", "{}")).Status);
        var ended = await deliveries.EndAsync(id);
        Assert.Equal("rejected", (string)ended["state"]!);
    }
}
