using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>Deliveries on a real server with ONNX models, in environments that are not governed.</summary>
public sealed class DeliveryTests(ClientTests.Server fixture) : IClassFixture<ClientTests.Server>
{
    private static readonly string[] AllPassed =
    [
        "validate passed", "security passed", "test passed", "approval skipped", "build passed", "deploy passed", "smoke_test passed", "audit passed", "notify passed",
    ];

    private readonly ServingServer _serving = new(fixture.Process);
    private readonly DeliveryServer _deliveries = new(fixture.Process);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_answer_is_byte_for_byte_and_nine_stages_follow_in_their_order()
    {
        await _serving.RegisterOnnxAsync("sklearn-demo", OnnxModels.Logistic([1f, -1f], 0), "tenure", "charges");
        const string Body = """{"model_name":"sklearn-demo","model_version":"1","target_stage":"Staging","replicas":2,"justification":"a try"}""";

        var (status, text, location) = await _deliveries.PostAsync("/api/v1/models/deploy", Body);

        Assert.Equal(200, status);
        var id = (string)JsonNode.Parse(text)!["deployment_id"]!;
        Assert.Equal($$"""{"status":"success","deployment_id":"{{id}}"}""", text);
        Assert.EndsWith($"/api/v1/deliveries/{id}", location, StringComparison.Ordinal);
        var ended = await _deliveries.EndAsync(id);
        Assert.True((string)ended["state"]! == "succeeded", ended.ToJsonString());
        Assert.Equal(AllPassed, DeliveryServer.Stages(ended));
        var begins = ended["stages"]!.AsArray().Select(static stage => (long)stage!["started_at"]!).ToList();
        Assert.Equal(begins.Order(), begins);
        Assert.Equal((200, """{"predictions":[{"label":0,"probabilities":[0.5,0.5]}]}"""), await _serving.AskAsync("/staging/v1/models/sklearn-demo:predict", """{"instances":[{"tenure":3,"charges":3}]}"""));
        var page = await fixture.Process.Client.GetStringAsync("/status", Cancel);
        Assert.Contains("sklearn-demo 1", page, StringComparison.Ordinal);
        var figures = (await fixture.Process.Client.GetFromJsonAsync<JsonNode>("/api/v1/delivery-metrics?model=sklearn-demo&since=1d", Cancel))!;
        Assert.Equal((1, 0.0), ((int)figures["deployed"]!, (double)figures["change_failure_rate"]!));
    }

    [Theory]
    [InlineData("""{"model_name":"none","model_version":"1","target_stage":"staging"}""", 404, "Model Version (name=none, version=1) not found")]
    [InlineData("""{"model_name":"m","model_version":"x","target_stage":"staging"}""", 400, "'version' is 'x'; it must be the number of a version.")]
    [InlineData("""{"model_name":"m","model_version":"1","target_stage":"moon"}""", 400, "There is no environment 'moon'; there are production, staging, development.")]
    [InlineData("""{"model_name":"m","model_version":"1","target_stage":"dev","color":"red"}""", 400, "There is no field color; there are model_name, model_version, target_stage, replicas, justification.")]
    [InlineData("""{"model_name":"m","model_version":"1","target_stage":"dev","replicas":101}""", 400, "'replicas' is 101; it must be 0 to 100.")]
    [InlineData("[]", 400, "The body must be a JSON object.")]
    [InlineData("{", 400, "The body is no JSON.")]
    public async Task What_is_wrong_is_rejected_in_the_same_shape(string body, int expected, string message)
    {
        var (status, text, _) = await _deliveries.PostAsync("/api/v1/models/deploy", body);

        Assert.True(status == expected, $"{status}: {text}");
        Assert.StartsWith($$"""{"status":"rejected","message":"{{message}}""", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_under_way_and_the_same_request_are_one_delivery()
    {
        await _serving.RegisterOnnxAsync("once", OnnxModels.Identity(11, -1, 1));
        await _serving.RegisterOnnxAsync("once", OnnxModels.Logistic([1f], 0), "x");
        await _deliveries.EndAsync(await _deliveries.StartAsync("""{"model":"once","version":"1","environment":"dev"}"""));
        const string Canary = """{"model":"once","version":"2","environment":"dev","steps":[{"percent":10,"minutes":60}]}""";

        var first = await _deliveries.StartAsync(Canary);
        Assert.Equal(first, await _deliveries.StartAsync(Canary));
        var waiting = await _deliveries.UntilAsync(first, static one => (string)one["state"]! == "waiting");
        Assert.Equal(("deploy", 10.0), ((string)waiting["stage"]!, (double)waiting["percent"]!));
        var keyed = await _deliveries.PostAsync("/api/v1/models/deploy", """{"model_name":"once","model_version":1,"target_stage":"staging"}""", ("Idempotency-Key", "k1"));
        await _deliveries.EndAsync((string)JsonNode.Parse(keyed.Body)!["deployment_id"]!);
        Assert.Equal(keyed.Body, (await _deliveries.PostAsync("/api/v1/models/deploy", """{"model_name":"once","model_version":1,"target_stage":"staging"}""", ("Idempotency-Key", "k1"))).Body);
        Assert.Equal(409, (await _deliveries.PostAsync("/api/v1/models/deploy", """{"model_name":"once","model_version":2,"target_stage":"staging"}""", ("Idempotency-Key", "k1"))).Status);

        Assert.Equal(200, (await _deliveries.PostAsync($"/api/v1/deliveries/{first}/cancel", "{}")).Status);
        var ended = await _deliveries.EndAsync(first);
        Assert.Equal("cancelled", (string)ended["state"]!);
        var deployment = (await fixture.Process.Client.GetFromJsonAsync<JsonNode>("/api/v1/deployments/development/once", Cancel))!;
        Assert.Equal("1", (string)deployment["spec"]!["variants"]!.AsArray().Single()!["version"]!);
        Assert.Equal(409, (await _deliveries.PostAsync($"/api/v1/deliveries/{first}/cancel", "{}")).Status);
    }

    [Fact]
    public async Task A_promotion_needs_the_version_before_and_a_rollback_brings_back_what_was()
    {
        await _serving.RegisterOnnxAsync("road", OnnxModels.Identity(11, -1, 1));
        await _serving.RegisterOnnxAsync("road", OnnxModels.Logistic([1f], 0), "x");
        var early = await _deliveries.EndAsync(await _deliveries.StartAsync("""{"model":"road","version":"2","environment":"production","from":"staging"}"""));
        Assert.Equal(("failed", "validate"), ((string)early["state"]!, (string)early["stage"]!));
        await _deliveries.EndAsync(await _deliveries.StartAsync("""{"model":"road","version":"1","environment":"production"}"""));
        var staged = await _deliveries.EndAsync(await _deliveries.StartAsync("""{"model":"road","version":"2","environment":"staging"}"""));

        var (status, text, _) = await _deliveries.PostAsync($"/api/v1/deliveries/{staged["id"]}/promote", """{"to":"production","steps":[{"percent":20,"minutes":0}]}""");
        Assert.True(status == 202, text);
        var promoted = await _deliveries.EndAsync((string)JsonNode.Parse(text)!["id"]!);
        Assert.True((string)promoted["state"]! == "succeeded", promoted.ToJsonString());
        Assert.Equal(["2"], await VersionsAsync("production", "road"));

        Assert.Equal(200, (await _deliveries.PostAsync($"/api/v1/deliveries/{promoted["id"]}/rollback", """{"reason":"too new"}""")).Status);
        Assert.Equal("rolled_back", (string)(await _deliveries.GetAsync((string)promoted["id"]!))["state"]!);
        Assert.Equal(["1"], await VersionsAsync("production", "road"));
        Assert.Equal(409, (await _deliveries.PostAsync($"/api/v1/deliveries/{promoted["id"]}/rollback", "{}")).Status);
    }

    [Fact]
    public async Task Declared_tests_decide()
    {
        await _serving.RegisterAsync("tested", Files("0.5"));
        await _serving.RegisterAsync("tested", Files("0.6"));

        var good = await _deliveries.EndAsync(await _deliveries.StartAsync("""{"model":"tested","version":"1","environment":"dev"}"""));
        Assert.True((string)good["state"]! == "succeeded", good.ToJsonString());
        var bad = await _deliveries.EndAsync(await _deliveries.StartAsync("""{"model":"tested","version":"2","environment":"dev"}"""));
        Assert.Equal(("failed", "test"), ((string)bad["state"]!, (string)bad["stage"]!));
        Assert.Contains("predictions[0].probabilities[0] is 0.5 and should be 0.6", (string)bad["message"]!, StringComparison.Ordinal);
        Assert.Equal(["1"], await VersionsAsync("development", "tested"));
    }

    [Fact]
    public async Task Addresses_that_only_the_server_reaches_are_refused()
    {
        foreach (var url in new[] { "http://127.0.0.1/x", "http://localhost/x", "ftp://example.org/x", "http://user@example.org/", "nonsense" })
        {
            using var put = await fixture.Process.Client.PutAsJsonAsync("/api/v1/delivery-settings", new JsonObject { ["notify"] = new JsonObject { ["webhooks"] = new JsonArray(url) } }, Cancel);
            Assert.Equal(HttpStatusCode.BadRequest, put.StatusCode);
        }
    }

    private static (string, byte[])[] Files(string expected) =>
    [
        ("model.onnx", OnnxModels.Logistic([1f, -1f], 0)),
        ("MLmodel", Encoding.UTF8.GetBytes("flavors:\n  onnx:\n    data: model.onnx\nsignature:\n  inputs: '[{\"name\": \"a\", \"type\": \"float\"}, {\"name\": \"b\", \"type\": \"float\"}]'\n")),
        ("delivery.yaml", Encoding.UTF8.GetBytes(
            $"thresholds:\n  max_p95_ms: 2000\ntests:\n  - name: equal columns\n    request: {{ instances: [ {{ a: 3, b: 3 }} ] }}\n    expect: [ {{ probabilities: [ {expected}, 0.5 ] }} ]\n")),
    ];

    private async Task<IEnumerable<string>> VersionsAsync(string environment, string name) =>
        (await fixture.Process.Client.GetFromJsonAsync<JsonNode>($"/api/v1/deployments/{environment}/{name}", Cancel))!["spec"]!["variants"]!.AsArray().Select(static one => (string)one!["version"]!);
}
