using System.Text.Json.Nodes;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>Deliveries whose approval ends under way, and those that others try again.</summary>
public sealed class GovernedHoldTests(RoadsAroundTests.Shared shared) : IClassFixture<RoadsAroundTests.Shared>
{
    private readonly GovernedRoadServer _road = shared.Road;

    [Fact]
    public async Task A_canary_whose_approval_is_void_keeps_its_share_and_goes_on_when_it_is_approved_again()
    {
        await _road.StandingAsync("held");
        await _road.ApprovedAsync("held", 2);
        var id = await StartAsync("""{"model":"held","version":"2","environment":"production","steps":[{"percent":10,"minutes":0.3}]}""");
        await _road.UntilAsync(id, static one => (string)one["state"]! == "waiting" && (string)one["stage"]! == "deploy");

        // Policies that let it through have changed: what is approved is approved under others.
        await _road.ReadAsync("root", HttpMethod.Post, "/api/v1/policies", """{"policy":{"name":"named","version":"1","rules":[{"id":"a","require":"exists(model.name)","message":"Say its name."}]}}""");
        var held = await _road.UntilAsync(id, static one => (string)one["state"]! == "failed" || ((string?)one["message"])?.StartsWith("It stays at 10 %", StringComparison.Ordinal) == true);
        Assert.Equal(("waiting", "deploy", 10.0), ((string)held["state"]!, (string)held["stage"]!, (double)held["percent"]!));
        Assert.EndsWith(": stable 1, canary 2", await _road.TrafficAsync("held"), StringComparison.Ordinal);

        await _road.ApprovedAsync("held", 2);
        var ended = await _road.UntilAsync(id, static one => (string)one["state"]! is "succeeded" or "failed");
        Assert.True((string)ended["state"]! == "succeeded", ended.ToJsonString());
        Assert.EndsWith(": stable 2", await _road.TrafficAsync("held"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_began_a_delivery_may_not_decide_on_it_when_somebody_else_has_it_tried_again()
    {
        await _road.RegisterAsync("again");
        await _road.AnswerAsync("again", "medium");
        await _road.MlflowAsync("model-versions/set-tag", new { name = "again", version = "1", key = "test.unit", value = "failed" });
        var id = await StartAsync("""{"model":"again","version":"1","environment":"production"}""");
        await _road.UntilAsync(id, static one => (string)one["state"]! == "failed" && (string)one["stage"]! == "test");
        await _road.MlflowAsync("model-versions/set-tag", new { name = "again", version = "1", key = "test.unit", value = "passed" });

        await _road.ReadAsync("root", HttpMethod.Post, $"/api/v1/deliveries/{id}/retry", "{}");
        var waiting = await _road.UntilAsync(id, static one => (string)one["state"]! is "waiting" or "failed" or "rejected");
        Assert.True((string)waiting["state"]! == "waiting", waiting.ToJsonString());
        Assert.Equal("dan", (string)waiting["requested_by"]!);
        var approval = await _road.ApprovalAsync((string)waiting["approval_id"]!);
        Assert.Equal("dan", (string)approval["requested_by"]!);
        var (status, text) = await _road.DecideAsync("dan", (string)approval["id"]!, "manager");
        Assert.True(status == 403 && text.Contains("governance.approval_self", StringComparison.Ordinal), $"{status}: {text}");
        await _road.ApproveAsync((string)approval["id"]!, ["max", "sue"]);
        await _road.SucceededAsync(id);
    }

    private async Task<string> StartAsync(string body) => (string)(await _road.ReadAsync("dan", HttpMethod.Post, "/api/v1/deliveries", body))["id"]!;
}
