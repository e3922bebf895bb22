using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>What a delivery may not decide for itself: its limits, its emergencies, and what its promotion reads.</summary>
public sealed class DeliveryRuleTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_smaller_limit_of_latency_counts_and_an_emergency_passes_no_policy_where_nobody_is_asked()
    {
        await using var process = await ServerProcess.StartAsync(cancel: Cancel);
        var (serving, deliveries) = (new ServingServer(process), new DeliveryServer(process));
        await serving.RegisterAsync("m",
        [
            ("model.onnx", OnnxModels.Logistic([1f], 0)),
            ("MLmodel", Encoding.UTF8.GetBytes("flavors:\n  onnx:\n    data: model.onnx\nsignature:\n  inputs: '[{\"name\": \"a\", \"type\": \"float\"}]'\n")),
            ("delivery.yaml", Encoding.UTF8.GetBytes("thresholds:\n  max_p95_ms: 2000\n")),
        ]);
        await SetAsync(process, """{"max_p95_ms":0.000001}""");
        var slow = await deliveries.EndAsync(await deliveries.StartAsync("""{"model":"m","version":"1","environment":"staging"}"""));
        Assert.True((string)slow["state"]! == "failed" && (string)slow["stage"]! == "test", slow.ToJsonString());
        Assert.Contains("0 ms may be", (string)slow["message"]!, StringComparison.Ordinal);
        await SetAsync(process, """{"max_p95_ms":60000}""");

        var policy = await deliveries.PostAsync("/api/v1/policies", """{"policy":{"name":"bank","version":"1","rules":[{"id":"owner","require":"exists(model.owner)","message":"Say who owns it."}]}}""");
        Assert.True(policy.Status is >= 200 and < 300, policy.Body);
        var urgent = await deliveries.EndAsync(await deliveries.StartAsync("""{"model":"m","version":"1","environment":"staging","emergency":true}"""));
        Assert.True((string)urgent["state"]! == "failed" && (string)urgent["stage"]! == "security", urgent.ToJsonString());
        Assert.Contains("staging is not governed", (string)urgent["message"]!, StringComparison.Ordinal);
        Assert.Contains("Say who owns it.", (string)urgent["message"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_promotion_is_refused_by_what_it_would_deliver_and_a_trial_is_for_who_judges_versions()
    {
        await using var process = await ServerProcess.StartAsync(cancel: Cancel);
        using (var init = await process.Client.PostAsJsonAsync("/api/v1/admin/init", new { name = "root", password = "correct-horse-battery-staple" }, Cancel))
            Assert.True(init.IsSuccessStatusCode, await init.Content.ReadAsStringAsync(Cancel));
        var admin = await TokenAsync(process, null);
        var promoter = await TokenAsync(process, ["delivery.read", "delivery.deploy", "serving.read", "registry.read", "features.query"]);
        var caller = await TokenAsync(process, ["serving.predict", "registry.read"]);
        var judge = await TokenAsync(process, ["governance.evaluate", "registry.read"]);
        process.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", admin);
        var story = new LookupStory(process);
        await story.BeginAsync();
        await story.TrainAsync("person", OnnxModels.Identity(1, -1, 2), "person", LookupStory.Signature("float", "tenure", "age"));
        var deliveries = new DeliveryServer(process);
        var staged = await deliveries.EndAsync(await deliveries.StartAsync("""{"model":"person","version":"1","environment":"staging","variant":{"threads":1}}"""));
        Assert.True((string)staged["state"]! == "succeeded", staged.ToJsonString());

        // What stands in staging now looks nothing up; what was delivered there, and is promoted, looks restricted features up.
        await PutAsync(process, "/api/v1/deployments/staging/person", LookupStory.Spec("person", """{"lookup": false}"""));
        var (status, text) = await PostAsync(process, promoter, $"/api/v1/deliveries/{staged["id"]}/promote", """{"to":"production"}""");
        Assert.True(status == 403 && text.Contains("serving.features_denied", StringComparison.Ordinal), $"{status}: {text}");
        (status, text) = await PostAsync(process, admin, $"/api/v1/deliveries/{staged["id"]}/promote", """{"to":"production"}""");
        Assert.True(status == 202, $"{status}: {text}");
        Assert.Equal(404, (await PostAsync(process, admin, "/api/v1/deliveries/nothing/promote", """{"to":"production"}""")).Status);
        Assert.Equal(400, (await PostAsync(process, admin, $"/api/v1/deliveries/{staged["id"]}/promote", """{"to":"moon"}""")).Status);

        const string Trial = "/api/v1/models/person/versions/1/predict";
        const string Request = """{"instances": [{"tenure": 7, "age": 30}]}""";
        Assert.Equal(403, (await PostAsync(process, caller, Trial, Request)).Status);
        Assert.Equal((200, """{"predictions":[[7,30]]}"""), await PostAsync(process, judge, Trial, Request));
        Assert.Equal(404, (await PostAsync(process, judge, "/api/v1/models/nothing/versions/1/predict", Request)).Status);
    }

    private static Task SetAsync(ServerProcess process, string settings) => PutAsync(process, "/api/v1/delivery-settings?environment=staging", settings);

    private static async Task PutAsync(ServerProcess process, string path, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await process.Client.PutAsync(path, content, Cancel);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancel));
    }

    private static async Task<(int Status, string Body)> PostAsync(ServerProcess process, string token, string path, string body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var answer = await process.Client.SendAsync(request, Cancel);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancel));
    }

    private static async Task<string> TokenAsync(ServerProcess process, string[]? permissions)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/tokens")
        {
            Content = permissions is null ? JsonContent.Create(new { name = "all" }) : JsonContent.Create(new { name = string.Join('-', permissions).Replace('.', '-'), permissions }),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes("root:correct-horse-battery-staple")));
        using var answer = await process.Client.SendAsync(request, Cancel);
        var body = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.True(answer.IsSuccessStatusCode, body);
        return (string)JsonNode.Parse(body)!["secret"]!;
    }
}
