using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>Who deploys a version that looks restricted features up must be allowed to read them; who predicts need not.</summary>
public sealed class LookupRightsTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Restricted_features_are_looked_up_for_who_may_not_read_them_when_who_deployed_may()
    {
        await using var process = await ServerProcess.StartAsync(cancel: Cancel);
        using (var init = await process.Client.PostAsJsonAsync("/api/v1/admin/init", new { name = "root", password = "correct-horse-battery-staple" }, Cancel))
            Assert.True(init.IsSuccessStatusCode, await init.Content.ReadAsStringAsync(Cancel));
        var admin = await TokenAsync(process, null);
        var deployer = await TokenAsync(process, ["serving.read", "serving.deploy", "registry.read", "features.query"]);
        var stranger = await TokenAsync(process, ["serving.read", "serving.deploy", "registry.read"]);
        var caller = await TokenAsync(process, ["serving.predict"]);
        process.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", admin);
        var story = new LookupStory(process);
        await story.BeginAsync();
        await story.TrainAsync("person", OnnxModels.Identity(1, -1, 2), "person", LookupStory.Signature("float", "tenure", "age"));
        await story.TrainAsync("tenure", OnnxModels.Identity(1, -1, 1), "person", LookupStory.Signature("float", "tenure"));
        var spec = LookupStory.Spec("person");

        var refused = await PutAsync(process, deployer, "person", spec);
        Assert.Equal(403, refused.Status);
        Assert.StartsWith("Variant stable would look up account:age, restricted, which needs the permission features.restricted.", (string?)refused.Body["detail"], StringComparison.Ordinal);
        Assert.Equal("serving.features_denied", (string?)(await PutAsync(process, stranger, "tenure", LookupStory.Spec("tenure"))).Body["code"]);
        Assert.Equal(200, (await PutAsync(process, deployer, "tenure", LookupStory.Spec("tenure"))).Status);
        Assert.Equal(200, (await PutAsync(process, deployer, "person", LookupStory.Spec("person", """{"lookup": false}"""))).Status);

        var (status, made) = await PutAsync(process, admin, "person", spec);
        Assert.Equal(200, status);
        // What is there already may be changed in other ways.
        Assert.Equal(200, (await PutAsync(process, deployer, "person", spec.Replace("\"weight\": 1", "\"weight\": 5", StringComparison.Ordinal))).Status);
        await story.Server.ReadyAsync("production", "person", (long)made["revision"]! + 1);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/models/person:predict") { Content = new StringContent("""{"instances": [{"customer_id": 1}]}""", Encoding.UTF8, "application/json") };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", caller);
        using var answer = await process.Client.SendAsync(request, Cancel);
        Assert.Equal("""{"predictions":[[7,30]]}""", await answer.Content.ReadAsStringAsync(Cancel));
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

    private static async Task<(int Status, JsonNode Body)> PutAsync(ServerProcess process, string token, string name, string spec)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, $"/api/v1/deployments/production/{name}") { Content = new StringContent(spec, Encoding.UTF8, "application/json") };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var answer = await process.Client.SendAsync(request, Cancel);
        return ((int)answer.StatusCode, JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancel))!);
    }
}
