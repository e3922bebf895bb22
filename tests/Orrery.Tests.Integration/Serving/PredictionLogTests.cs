using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>The log, labels, shadows and metrics of a server that answers.</summary>
public sealed class PredictionLogTests(LoggingServer logging) : IClassFixture<LoggingServer>
{
    private const string Spec = """
        {"variants": [{"name": "stable", "model": "churn", "version": "1", "weight": 1}, {"name": "next", "model": "churn", "version": "2", "shadow": true}],
         "sticky": {"header": "X-User-Id"}, "log": {}}
        """;

    private readonly ServerProcess _process = logging.Process;
    private readonly ServingServer _server = logging.Server;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_prediction_is_found_with_its_label_and_its_shadow()
    {
        await _server.DeployAsync("production", "found", Spec);
        var id = await PredictAsync("found", "ann", "customer_id=123");
        JsonArray rows = [];
        await Eventually.HoldsAsync("the log has it", async () => (rows = await ListAsync("/api/v1/deployments/production/found/predictions")).Count == 2);
        var answer = rows.Single(row => row!["shadow"]?.GetValue<bool>() != true)!;
        Assert.Equal((id, "ann", "customer_id=123", "stable", "1"), ((string)answer["prediction_id"]!, (string)answer["user"]!, (string)answer["entity"]!, (string)answer["variant"]!, (string)answer["version"]!));
        Assert.Equal("""{"tenure":3,"charges":3}""", answer["inputs"]!.ToJsonString());
        Assert.Equal("""{"label":0,"probabilities":[0.5,0.5]}""", answer["outputs"]!.ToJsonString());
        Assert.True((double)rows.Single(static row => row!["shadow"]?.GetValue<bool>() == true)!["difference"]! is > 0.3 and < 0.5);

        Assert.Equal((1, 0, 0, 1), await LabelAsync($$"""[{"prediction_id": "{{id}}", "label": true, "at": 1762329600000}, {"prediction_id": "?", "label": 1}]"""));
        Assert.Equal((0, 0, 1, 0), await LabelAsync($$"""[{"prediction_id": "{{id}}", "label": true}]"""));
        Assert.Equal((0, 1, 0, 0), await LabelAsync($$"""[{"prediction_id": "{{id}}", "label": "left", "at": 1762329600001}]"""));
        var found = await ListAsync($"/api/v1/predictions/{id}");
        Assert.Equal(2, found.Count);
        Assert.All(found, static row => Assert.Equal(("left", 1762329600001), ((string)row!["label"]!, (long)row["label_at"]!)));
    }

    [Fact]
    public async Task What_waits_is_written_when_the_server_stops()
    {
        await _server.DeployAsync("production", "kept", Spec);
        var ids = new List<string>();
        for (var index = 0; index < 20; index++)
            ids.Add(await PredictAsync("kept", $"user-{index}"));
        Assert.Equal(0, await _process.TerminateAsync(Cancel));
        await _process.RestartAsync(Cancel);

        var rows = await ListAsync("/api/v1/deployments/production/kept/predictions?limit=1000");
        Assert.Equal(ids.Order(), rows.Where(static row => row!["shadow"]?.GetValue<bool>() != true).Select(static row => (string)row!["prediction_id"]!).Order());
    }

    [Fact]
    public async Task Metrics_have_the_names_that_dashboards_know()
    {
        await _server.DeployAsync("production", "counted", Spec);
        await PredictAsync("counted", "ann");
        string page = "";
        await Eventually.HoldsAsync("the shadow has answered", async () => (page = await _process.Client.GetStringAsync("/metrics", Cancel)).Contains("model_shadow_predictions_total{deployment=\"counted\"", StringComparison.Ordinal));
        const string Labels = """deployment="counted",environment="production",model="churn",outcome="ok",variant="stable",version="1",workspace="1"}""";
        Assert.Contains("model_predictions_total{" + Labels + " 1\n", page, StringComparison.Ordinal);
        Assert.Contains("model_latency_seconds_count{" + Labels + " 1\n", page, StringComparison.Ordinal);
        Assert.Contains("model_error_rate{", page, StringComparison.Ordinal);
        Assert.Contains("model_load_duration_seconds_count{model=\"churn\",outcome=\"loaded\",version=\"1\"} 1\n", page, StringComparison.Ordinal);
        Assert.Contains("model_loaded 2\n", page, StringComparison.Ordinal);
        Assert.Contains("orrery_serving_queue{queue=\"log\"}", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wrong_questions_are_told_why()
    {
        await _server.DeployAsync("production", "asked", Spec);
        Assert.Equal("serving.deployment_not_found", await RefusedAsync("/api/v1/deployments/production/nothing/predictions"));
        Assert.Equal("serving.unknown_environment", await RefusedAsync("/api/v1/deployments/moon/asked/predictions"));
        Assert.Equal("serving.invalid_limit", await RefusedAsync("/api/v1/deployments/production/asked/predictions?limit=0"));
        Assert.Equal("serving.invalid_time", await RefusedAsync("/api/v1/deployments/production/asked/predictions?from=9&to=8"));
        Assert.Equal("serving.invalid_page_token", await RefusedAsync("/api/v1/deployments/production/asked/predictions?page_token=x"));
        Assert.Equal("serving.prediction_not_found", await RefusedAsync("/api/v1/predictions/x"));
        Assert.Equal("serving.prediction_not_found", await RefusedAsync($"/api/v1/predictions/{Guid.CreateVersion7(TimeProvider.System.GetUtcNow()):N}"));
        Assert.Equal("serving.invalid_spec", (string)(await _server.TryDeployAsync("production", "asked", Spec.Replace("\"log\": {}", "\"log\": {\"sample\": 2}", StringComparison.Ordinal))).Body!["code"]!);
    }

    private async Task<string> PredictAsync(string deployment, string user, string? entity = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/v1/models/{deployment}:predict") { Content = JsonContent.Create(new { instances = new[] { new[] { 3, 3 } } }) };
        request.Headers.Add("X-User-Id", user);
        if (entity is not null)
            request.Headers.Add("X-Orrery-Entity", entity);
        using var answer = await _process.Client.SendAsync(request, Cancel);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancel));
        return answer.Headers.GetValues("X-Orrery-Prediction-Id").Single();
    }

    private async Task<JsonArray> ListAsync(string path) => (await _process.Client.GetFromJsonAsync<JsonNode>(path, Cancel))!["predictions"]?.AsArray() ?? [];

    private async Task<(int Added, int Replaced, int Unchanged, int Faults)> LabelAsync(string labels)
    {
        var (status, body) = await _server.AskAsync("/api/v1/labels", labels);
        Assert.True(status == 200, body);
        var receipt = JsonNode.Parse(body)!;
        return ((int?)receipt["added"] ?? 0, (int?)receipt["replaced"] ?? 0, (int?)receipt["unchanged"] ?? 0, receipt["faults"]?.AsArray().Count ?? 0);
    }

    private async Task<string> RefusedAsync(string path)
    {
        using var answer = await _process.Client.GetAsync(path, Cancel);
        return (string)JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancel))!["code"]!;
    }
}
