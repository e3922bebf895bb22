using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>Model cards over HTTP, filled from what the server knows.</summary>
public sealed class CardServerTests(BothServers servers) : IClassFixture<BothServers>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_card_is_filled_written_kept_and_compared(bool postgres)
    {
        var server = await servers.OnAsync(postgres, Cancel);
        var serving = new ServingServer(server);
        await serving.RegisterOnnxAsync("churn", OnnxModels.Logistic([0.25f], 0), "x");
        await serving.RegisterOnnxAsync("churn", OnnxModels.Logistic([0.5f], 0), "x");
        var run = await server.Client.CreateRunAsync(Cancel);
        await server.Client.PostAsync("runs/log-parameter", new { run_id = run, key = "depth", value = "6" }, Cancel);
        await server.Client.PostAsync("runs/log-metric", new { run_id = run, key = "auc", value = 0.85, timestamp = 1, step = 0 }, Cancel);
        await server.Client.PostAsync("model-versions/create", new { name = "churn", source = "mlflow-artifacts:/nowhere", run_id = run }, Cancel);
        await serving.DeployAsync("staging", "churn", """{"variants": [{"name": "a", "model": "churn", "version": "1", "weight": 1}]}""");

        var fresh = await CardAsync(server, "1");
        Assert.Equal("high", (string)fresh["tier"]!);
        Assert.Equal("onnx", Value(fresh, "model_details.library")!.AsObject().Single().Key);
        Assert.Equal("staging", (string)Value(fresh, "deployments.served")![0]!["environment"]!);
        Assert.Contains("intended_use.primary_uses", fresh["completeness"]!["missing_from_people"]!.AsArray().Select(static one => (string)one!));
        Assert.Contains("evaluation.performance", fresh["completeness"]!["missing_from_records"]!.AsArray().Select(static one => (string)one!));
        var trained = await CardAsync(server, "3");
        Assert.Equal("6", (string)Value(trained, "model_parameters.hyperparameters")!["depth"]!);
        Assert.Equal(0.85, (double)Value(trained, "training.metrics")!["auc"]!);

        var score = (double)fresh["completeness"]!["score"]!;
        await WriteAsync(server, """{"fields": {"intended_use.primary_uses": "Whom to **call**", "model_details.owners": "Retention team"}}""", HttpStatusCode.NoContent);
        await WriteAsync(server, """{"version": "1", "fields": {"model_details.owners": "Ada"}}""", HttpStatusCode.NoContent);
        var written = await CardAsync(server, "1");
        Assert.Equal("Ada", (string)Value(written, "model_details.owners")!);
        Assert.Equal("Retention team", (string)Value(await CardAsync(server, "2"), "model_details.owners")!);
        Assert.True((double)written["completeness"]!["score"]! > score);
        Assert.Contains("governance.card_field_unknown", await WriteAsync(server, """{"fields": {"training.metrics": "better"}}""", HttpStatusCode.BadRequest), StringComparison.Ordinal);
        Assert.Contains("governance.card_field_unknown", await WriteAsync(server, """{"fields": {"nope.nope": "x"}}""", HttpStatusCode.BadRequest), StringComparison.Ordinal);
        Assert.Contains("governance.card_text_invalid", await WriteAsync(server, """{"fields": {}}""", HttpStatusCode.BadRequest), StringComparison.Ordinal);
        Assert.Contains("governance.body_invalid", await WriteAsync(server, "[", HttpStatusCode.BadRequest), StringComparison.Ordinal);

        var first = await SnapshotAsync(server);
        Assert.Equal(first["sha256"]!.ToString(), (await SnapshotAsync(server))["sha256"]!.ToString());
        await WriteAsync(server, """{"version": "1", "fields": {"model_details.owners": null}}""", HttpStatusCode.NoContent);
        Assert.Equal("Retention team", (string)Value(await CardAsync(server, "1"), "model_details.owners")!);
        var second = await SnapshotAsync(server);
        Assert.NotEqual(first["sha256"]!.ToString(), second["sha256"]!.ToString());
        var page = await GetAsync(server, "/snapshots?limit=1");
        Assert.Equal(second["sha256"]!.ToString(), page["snapshots"]![0]!["sha256"]!.ToString());
        var rest = await GetAsync(server, $"/snapshots?limit=1&page_token={Uri.EscapeDataString((string)page["next_page_token"]!)}");
        Assert.Equal(first["sha256"]!.ToString(), rest["snapshots"]!.AsArray().Single()!["sha256"]!.ToString());
        var kept = await GetAsync(server, $"/snapshots/{first["sha256"]}");
        Assert.Equal("Ada", (string)Value(kept["card"]!, "model_details.owners")!);

        var lineage = await ReadAsync(server, "/api/v1/lineage/neighbours?node=model_version:churn/1&direction=down&limit=100");
        Assert.Equal(2, lineage["nodes"]!.AsArray().Count(static node => ((string)node!["id"]!).StartsWith("report:card/", StringComparison.Ordinal)));

        var diff = await GetAsync(server, "/diff/2");
        Assert.Contains("model_details.sha256", diff["changes"]!.AsArray().Select(static change => (string)change!["path"]!));
        Assert.DoesNotContain("model_details.name", diff["changes"]!.AsArray().Select(static change => (string)change!["path"]!));
    }

    [Fact]
    public async Task It_is_given_as_page_markdown_and_toolkit()
    {
        var server = await servers.OnAsync(postgres: false, Cancel);
        await new ServingServer(server).RegisterOnnxAsync("upsell", OnnxModels.Logistic([0.25f], 0), "x");
        await WriteAsync(server, """{"fields": {"model_details.license": "apache-2.0", "intended_use.primary_uses": "Whom to <b>call</b>"}}""", HttpStatusCode.NoContent, "upsell");

        using var html = await server.Client.GetAsync("/api/v1/models/upsell/versions/1/card?format=html", Cancel);
        var page = await html.Content.ReadAsStringAsync(Cancel);
        Assert.Equal("text/html", html.Content.Headers.ContentType!.MediaType);
        Assert.Contains("default-src 'none'", html.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.Contains("Whom to &lt;b&gt;call&lt;/b&gt;", page, StringComparison.Ordinal);
        var markdown = await server.Client.GetStringAsync("/api/v1/models/upsell/versions/1/card?format=markdown", Cancel);
        Assert.Contains("license: apache-2.0", markdown, StringComparison.Ordinal);
        Assert.Contains("library_name: onnx", markdown, StringComparison.Ordinal);
        var toolkit = JsonNode.Parse(await server.Client.GetStringAsync("/api/v1/models/upsell/versions/1/card?format=mct", Cancel))!;
        Assert.Equal("upsell", (string)toolkit["model_details"]!["name"]!);
        Assert.Equal("apache-2.0", (string)toolkit["model_details"]!["licenses"]![0]!["custom_text"]!);
        using var unknown = await server.Client.GetAsync("/api/v1/models/upsell/versions/1/card?format=pdf", Cancel);
        Assert.Equal(HttpStatusCode.BadRequest, unknown.StatusCode);
        using var missing = await server.Client.GetAsync("/api/v1/models/upsell/versions/9/card?format=html", Cancel);
        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
    }

    private static JsonNode? Value(JsonNode card, string path) =>
        card["sections"]!.AsArray().SelectMany(static section => section!["fields"]!.AsArray()).Single(field => (string)field!["path"]! == path)!["value"];

    private static Task<JsonNode> CardAsync(ServerProcess server, string version) => ReadAsync(server, $"/api/v1/models/churn/versions/{version}/card");

    private static Task<JsonNode> GetAsync(ServerProcess server, string path) => ReadAsync(server, "/api/v1/models/churn/versions/1/card" + path);

    private static async Task<JsonNode> ReadAsync(ServerProcess server, string path)
    {
        using var answer = await server.Client.GetAsync(path, Cancel);
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonNode.Parse(text)!;
    }

    private static async Task<string> WriteAsync(ServerProcess server, string body, HttpStatusCode expected, string model = "churn")
    {
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var answer = await server.Client.PatchAsync($"/api/v1/models/{model}/card", content, Cancel);
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.True(expected == answer.StatusCode, $"{answer.StatusCode}: {text}");
        return text;
    }

    private static async Task<JsonNode> SnapshotAsync(ServerProcess server)
    {
        using var answer = await server.Client.PostAsync("/api/v1/models/churn/versions/1/card/snapshots", null, Cancel);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return (await answer.Content.ReadFromJsonAsync<JsonNode>(Cancel))!;
    }
}
