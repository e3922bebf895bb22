using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>Pages of deployments and deliveries, and what the server says of a change before it is made.</summary>
public sealed class DeploymentPagesTests(ClientTests.Server fixture) : IClassFixture<ClientTests.Server>
{
    private const string Script = "<script>alert(1)</script>";
    private const string Escaped = "&lt;script&gt;alert(1)&lt;/script&gt;";
    private readonly ServingServer _serving = new(fixture.Process);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private HttpClient Client => fixture.Process.Client;

    [Fact]
    public async Task A_deployment_shows_its_traffic_its_history_and_how_it_fares()
    {
        await _serving.RegisterOnnxAsync("shown", OnnxModels.Identity(11, -1, 1), "x");
        await _serving.RegisterOnnxAsync("shown", OnnxModels.Identity(11, -1, 1), "x");
        await _serving.DeployAsync("staging", "shown", $$"""{"note": "{{Script}}", "variants": [{{ServingServer.Variant("shown", 1)}}]}""");
        await _serving.DeployAsync("staging", "shown", ServingServer.Spec(
            ServingServer.Variant("shown", 1, 90), ServingServer.Variant("shown", 2, 10, "canary"), """{"name": "dark", "model": "shown", "version": "2", "shadow": true}"""));
        for (var asked = 0; asked < 5; asked++)
            Assert.Equal(200, (await _serving.AskAsync("/staging/v1/models/shown:predict", """{"instances": [[1.5]]}""")).Status);

        var page = await PageAsync("/deployments/staging/shown");
        Assert.Contains(Escaped, page, StringComparison.Ordinal);
        Assert.Contains("Go back to 1", page, StringComparison.Ordinal);
        Assert.Contains("value=\"90\"", page, StringComparison.Ordinal);
        Assert.Contains("It was deployed by hand", page, StringComparison.Ordinal);
        Assert.Contains("X-Orrery-Variant", await AssetAsync(page, "try.js"), StringComparison.Ordinal);
        await Eventually.HoldsAsync("the shadow was compared", async () =>
        {
            var live = JsonNode.Parse(await Client.GetStringAsync("/api/v1/deployments/staging/shown/live", Cancel))!["served"]!.AsArray();
            var dark = live.Single(static one => (string)one!["variant"]! == "dark")!["compared"];
            return dark is not null && (long)dark["compared"]! == 5 && (long)dark["same"]! == 5 && (double)dark["largest_difference"]! == 0
                && live.Where(static one => one!["live"] is not null).Sum(static one => (long)one!["live"]!["requests"]!) == 5;
        });
        Assert.Contains("Share of answers of dark that were alike", await PageAsync("/deployments/staging/shown"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_server_would_say_of_a_change_is_told_and_nothing_changes()
    {
        await _serving.RegisterOnnxAsync("checked", OnnxModels.Identity(11, -1, 1));
        await _serving.RegisterOnnxAsync("checked", OnnxModels.Identity(11, -1, 1));
        var made = await _serving.DeployAsync("staging", "checked", ServingServer.Spec(ServingServer.Variant("checked", 1)));
        var revision = (long)made["revision"]!;

        var more = await CheckAsync("staging", "checked", ServingServer.Spec(ServingServer.Variant("checked", 1, 3), ServingServer.Variant("checked", 2, 1, "canary")));
        Assert.True((bool)more["allowed"]!, more.ToJsonString());
        Assert.True((bool)more["changes"]!);
        Assert.Equal(["less 1 0.75", "added  0.25"], more["variants"]!.AsArray().Select(static one => $"{one!["change"]} {one["before"]} {one["after"]}"));
        var same = await CheckAsync("staging", "checked", ServingServer.Spec(ServingServer.Variant("checked", 1)));
        Assert.True((bool)same["allowed"]!);
        Assert.False((bool)same["changes"]!);
        var unknown = await CheckAsync("staging", "checked", ServingServer.Spec(ServingServer.Variant("checked", 7)));
        Assert.False((bool)unknown["allowed"]!);
        Assert.Equal("registry.version_not_found", (string)unknown["code"]!);
        var late = await CheckAsync("staging", "checked", ServingServer.Spec(ServingServer.Variant("checked", 2)), revision + 4);
        Assert.Equal("serving.revision_conflict", (string)late["code"]!);
        var wrong = await Client.SendJsonAsync(HttpMethod.Post, "/api/v1/deployments/nowhere/checked/check", "{}", Cancel);
        Assert.Equal(400, wrong.Status);

        var back = await Client.SendJsonAsync(HttpMethod.Post, "/api/v1/deployments/staging/checked/rollback/check", $$"""{"revision": {{revision}}}""", Cancel);
        Assert.Equal(200, back.Status);
        Assert.False(back.Json.GetProperty("changes").GetBoolean());
        Assert.Equal(404, (await Client.SendJsonAsync(HttpMethod.Post, "/api/v1/deployments/staging/checked/rollback/check", """{"revision": 99}""", Cancel)).Status);
        Assert.Equal(revision, (await Client.GetAnswerAsync("/api/v1/deployments/staging/checked", Cancel)).Json.GetProperty("revision").GetInt64());
    }

    [Fact]
    public async Task A_version_without_an_approval_is_told_to_have_none()
    {
        await using var process = await ServerProcess.StartAsync(environment: new Dictionary<string, string> { ["Orrery__Serving__ApprovedEnvironments"] = "production" }, cancel: Cancel);
        await new ServingServer(process).RegisterOnnxAsync("unasked", OnnxModels.Identity(11, -1, 1));
        var denied = await process.Client.SendJsonAsync(HttpMethod.Post, "/api/v1/deployments/production/unasked/check", ServingServer.Spec(ServingServer.Variant("unasked", 1)), Cancel);
        Assert.False(denied.Json.GetProperty("allowed").GetBoolean());
        Assert.Equal("serving.not_approved", denied.Json.GetProperty("code").GetString());
        Assert.Contains("there is no approval", denied.Json.GetProperty("variants")[0].GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal(404, (await process.Client.GetAnswerAsync("/api/v1/deployments/production/unasked", Cancel)).Status);
    }

    [Fact]
    public async Task Deployments_are_found_by_name_model_and_state_and_go_to_a_file()
    {
        await _serving.RegisterOnnxAsync("sought", OnnxModels.Identity(11, -1, 1));
        foreach (var name in new[] { "needle-a", "needle-b", "hay" })
            await _serving.DeployAsync("staging", name, ServingServer.Spec(ServingServer.Variant("sought", 1)));
        var found = await PageAsync("/deployments?q=NEEDLE&model=sought&environment=staging");
        Assert.Contains("/deployments/staging/needle-a", found, StringComparison.Ordinal);
        Assert.DoesNotContain("/deployments/staging/hay", found, StringComparison.Ordinal);
        Assert.Contains("No deployment is like that", await PageAsync("/deployments?model=nobody"), StringComparison.Ordinal);
        Assert.Contains("No deployment is like that", await PageAsync("/deployments?state=failed&q=needle"), StringComparison.Ordinal);
        var file = await PageAsync("/deployments?q=needle&csv=deployments", "text/csv");
        Assert.Equal(["Deployment,Environment,State,Traffic,Revision,Changed,By", "needle-a,staging,ready,sought 1 100 %", "needle-b,staging,ready,sought 1 100 %"],
            file.TrimEnd().Split("\r\n").Select(static line => line.Split(",1,")[0]));

        var first = await Client.GetAnswerAsync("/api/v1/deployments?q=needle&limit=1", Cancel);
        var second = await Client.GetAnswerAsync($"/api/v1/deployments?q=needle&limit=1&page_token={first.Json.GetProperty("next_page_token").GetString()}", Cancel);
        Assert.Equal("needle-b", second.Json.GetProperty("deployments")[0].GetProperty("name").GetString());
        Assert.False(second.Json.TryGetProperty("next_page_token", out _));
        Assert.Equal(400, (await Client.GetAnswerAsync("/api/v1/deployments?state=well", Cancel)).Status);
    }

    [Fact]
    public async Task A_delivery_tells_its_stages_and_in_plain_words_why_it_failed()
    {
        await _serving.RegisterAsync("broken", ("model.onnx", [1, 2, 3]), ("MLmodel", "flavors:\n  onnx:\n    data: model.onnx\n"u8.ToArray()));
        var begun = await Client.SendJsonAsync(HttpMethod.Post, "/api/v1/deliveries", $$"""{"model": "broken", "version": "1", "environment": "staging", "justification": "{{Script}}"}""", Cancel);
        Assert.True(begun.Status is 200 or 202, begun.Body);
        var id = begun.Json.GetProperty("id").GetString()!;
        await Eventually.HoldsAsync("the delivery ended", async () =>
            (await Client.GetAnswerAsync($"/api/v1/deliveries/{id}", Cancel)).Json.GetProperty("state").GetString() is "failed" or "rejected");
        var page = await PageAsync($"/deliveries/{id}");
        Assert.Contains("at the stage", page, StringComparison.Ordinal);
        Assert.Contains("Smoke test", page, StringComparison.Ordinal);
        Assert.Contains(Escaped, page, StringComparison.Ordinal);
        Assert.Contains($"/deliveries/{id}", await PageAsync("/deliveries?model=broken"), StringComparison.Ordinal);
        Assert.Contains("No delivery is like that", await PageAsync("/deliveries?model=broken&state=succeeded"), StringComparison.Ordinal);
        Assert.Contains("Deployment frequency", await PageAsync("/delivery-figures?environment=staging"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lists_without_anything_teach_what_they_would_hold()
    {
        Assert.Contains("Nothing was predicted in batches", await PageAsync("/batch-predictions"), StringComparison.Ordinal);
        Assert.Contains("No model is on its way", await PageAsync("/migrations"), StringComparison.Ordinal);
        Assert.Contains("Delivery targets", await PageAsync("/delivery-targets"), StringComparison.Ordinal);
        foreach (var missing in new[] { "/deployments/staging/nothing", "/deliveries/00000000000000000000000000000000", "/batch-predictions/00000000000000000000000000000000", "/migrations/00000000000000000000000000000000" })
        {
            using var answer = await Client.GetAsync(missing, Cancel);
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        }
    }

    private async Task<JsonNode> CheckAsync(string environment, string name, string spec, long? expected = null)
    {
        var answer = await Client.SendJsonAsync(HttpMethod.Post, $"/api/v1/deployments/{environment}/{name}/check{(expected is null ? "" : $"?expected_revision={expected}")}", spec, Cancel);
        Assert.True(answer.Status == 200, answer.Body);
        return JsonNode.Parse(answer.Body)!;
    }

    private async Task<string> PageAsync(string path, string type = "text/html")
    {
        using var answer = await Client.GetAsync(path, Cancel);
        var page = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.True(answer.StatusCode is HttpStatusCode.OK, $"{path}: {(int)answer.StatusCode} {page}");
        Assert.Equal(type, answer.Content.Headers.ContentType?.MediaType);
        Assert.DoesNotContain(Script, page, StringComparison.Ordinal);
        Assert.DoesNotContain(" style=", page, StringComparison.Ordinal);
        return page;
    }

    private Task<string> AssetAsync(string page, string name) =>
        Client.GetStringAsync(page.Split('"').First(part => part.StartsWith("/assets/", StringComparison.Ordinal) && part.EndsWith(name, StringComparison.Ordinal)), Cancel);
}
