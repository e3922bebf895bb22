using System.Text.Json.Nodes;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>From a registered version to predictions over HTTP, on a server with SQLite.</summary>
public sealed class ServingTests(OneServer one) : IClassFixture<OneServer>
{
    private readonly ServerProcess _process = one.Process;
    private readonly ServingServer _server = new(one.Process);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_version_answers_on_both_protocols_in_its_environment()
    {
        var version = await _server.RegisterOnnxAsync("churn", OnnxModels.Logistic([1f, -1f], 0), "tenure", "charges");
        await _server.DeployAsync("staging", "churn", ServingServer.Spec(ServingServer.Variant("churn", version, more: """, "output": "probabilities" """)));

        Assert.Equal((200, """{"predictions":[[0.5,0.5]]}"""), await _server.AskAsync("/staging/v1/models/churn:predict", """{"instances": [[3, 3]]}"""));
        Assert.Equal((200, """{"predictions":[[0.5,0.5]]}"""), await _server.AskAsync("/staging/v1/models/churn:predict", """{"instances": [{"charges": 2, "tenure": 2}]}"""));
        var (status, body) = await _server.AskAsync("/staging/v2/models/churn/infer", """{"id": "7", "inputs": [{"name": "features", "shape": [1, 2], "datatype": "FP32", "data": [3, 3]}]}""");
        Assert.Equal(200, status);
        Assert.Equal(
            """{"model_name":"churn","model_version":"1","id":"7","outputs":[{"name":"label","datatype":"INT64","shape":[1],"data":[0]},{"name":"probabilities","datatype":"FP32","shape":[1,2],"data":[0.5,0.5]}]}""",
            body);
        Assert.Equal((404, """{"error":"Model with name churn does not exist."}"""), await _server.AskAsync("/v1/models/churn:predict", """{"instances": [[3, 3]]}"""));
        var metadata = JsonNode.Parse(await _process.Client.GetStringAsync("/staging/v2/models/churn", Cancel))!;
        Assert.Equal("""{"name":"features","datatype":"FP32","shape":[-1,2]}""", metadata["inputs"]![0]!.ToJsonString());
    }

    [Fact]
    public async Task A_wrong_request_is_told_why()
    {
        var version = await _server.RegisterOnnxAsync("told", OnnxModels.Logistic([1f, -1f], 0));
        await _server.DeployAsync("production", "told", ServingServer.Spec(ServingServer.Variant("told", version)));

        Assert.Equal((400, """{"error":"Input \u0027features\u0027 has the shape [1,3]; the model wants [-1,2], -1 for any size."}"""), await _server.AskAsync("/v1/models/told:predict", """{"instances": [[1, 2, 3]]}"""));
        Assert.Equal(400, (await _server.AskAsync("/v1/models/told:predict", "{")).Status);
        Assert.Equal(404, (await _server.AskAsync("/v1/models/m:explode", "{}")).Status);
        Assert.Equal(404, (await _server.AskAsync("/v2/models/told/versions/9/infer", "{}")).Status);
    }

    [Fact]
    public async Task A_change_reaches_traffic_and_a_rollback_takes_it_back()
    {
        var first = await _server.RegisterOnnxAsync("changed", OnnxModels.Identity(11, -1, 1));
        var second = await _server.RegisterOnnxAsync("changed", OnnxModels.Logistic([1f], 0));
        await _server.DeployAsync("production", "changed", ServingServer.Spec(ServingServer.Variant("changed", first)));
        Assert.Equal((200, """{"predictions":[[5]]}"""), await _server.AskAsync("/v1/models/changed:predict", """{"instances": [[5]]}"""));

        await _server.DeployAsync("production", "changed", ServingServer.Spec(ServingServer.Variant("changed", second)));
        Assert.Equal((200, """{"predictions":[{"label":0,"probabilities":[0.5,0.5]}]}"""), await _server.AskAsync("/v1/models/changed:predict", """{"instances": [[0]]}"""));

        using var content = new StringContent("{}", System.Text.Encoding.UTF8, "application/json");
        using var back = await _process.Client.PostAsync("/api/v1/deployments/production/changed/rollback", content, Cancel);
        Assert.True(back.IsSuccessStatusCode, await back.Content.ReadAsStringAsync(Cancel));
        await _server.ReadyAsync("production", "changed", 3);
        Assert.Equal((200, """{"predictions":[[5]]}"""), await _server.AskAsync("/v1/models/changed:predict", """{"instances": [[5]]}"""));
    }

    [Fact]
    public async Task What_cannot_be_served_is_refused_with_the_reason()
    {
        var pickle = await _server.RegisterAsync("pickled", ("MLmodel", "flavors:\n  lightgbm:\n    data: model.lgb\n"u8.ToArray()), ("model.lgb", [1, 2, 3]));
        var (status, body) = await _server.TryDeployAsync("production", "pickled", ServingServer.Spec(ServingServer.Variant("pickled", pickle)));
        Assert.Equal((409, "serving.no_runtime"), (status, (string)body!["code"]!));

        Assert.Equal(404, (await _server.TryDeployAsync("production", "x", ServingServer.Spec(ServingServer.Variant("nothing", 1)))).Status);
        Assert.Equal(400, (await _server.TryDeployAsync("moon", "x", ServingServer.Spec(ServingServer.Variant("pickled", 1)))).Status);
        Assert.Equal(400, (await _server.TryDeployAsync("production", "x", """{"variants": []}""")).Status);
        (status, body) = await _server.TryDeployAsync("production", "x", """{"variants": [{"name": "a", "model": "pickled", "version": "1", "wieght": 1}], "limit": {}}""");
        Assert.Equal((400, "serving.invalid_spec"), (status, (string)body!["code"]!));
        Assert.StartsWith("variants[0].wieght is unknown; there is approval, features, idle_seconds,", (string)body["detail"]!, StringComparison.Ordinal);
        Assert.Equal(["variants[0].wieght", "limit"], body["errors"]!.AsArray().Select(static fault => (string)fault!["field"]!));
        Assert.Equal(400, (await _server.TryDeployAsync("production", "x", "{")).Status);
        Assert.Equal(400, (await _server.TryDeployAsync("production", "x", "[]")).Status);
    }

    [Fact]
    public async Task A_broken_model_fails_and_the_one_before_goes_on()
    {
        var good = await _server.RegisterOnnxAsync("broken", OnnxModels.Identity(11, -1, 1));
        var bad = await _server.RegisterOnnxAsync("broken", OnnxModels.Unknown());
        await _server.DeployAsync("production", "broken", ServingServer.Spec(ServingServer.Variant("broken", good)));
        await _server.TryDeployAsync("production", "broken", ServingServer.Spec(ServingServer.Variant("broken", bad)));

        JsonNode? found = null;
        await Eventually.HoldsAsync("it failed", async () =>
        {
            found = JsonNode.Parse(await _process.Client.GetStringAsync("/api/v1/deployments/production/broken", Cancel));
            return (string)found!["state"]! == "failed";
        });

        var reason = (string)found!["nodes"]![0]!["reason"]!;
        Assert.StartsWith("ONNX Runtime does not open the model: Load model from model.onnx failed", reason, StringComparison.Ordinal);
        Assert.Equal((200, """{"predictions":[[5]]}"""), await _server.AskAsync("/v1/models/broken:predict", """{"instances": [[5]]}"""));
    }

    [Fact]
    public async Task Deployments_are_there_again_after_a_restart()
    {
        var version = await _server.RegisterOnnxAsync("restarted", OnnxModels.Identity(11, -1, 1));
        await _server.DeployAsync("production", "restarted", ServingServer.Spec(ServingServer.Variant("restarted", version)));

        await _process.KillAsync(Cancel);
        await _process.RestartAsync(Cancel);

        await Eventually.HoldsAsync("it answers", async () => (await _server.AskAsync("/v1/models/restarted:predict", """{"instances": [[5]]}""")).Status == 200);
    }
}
