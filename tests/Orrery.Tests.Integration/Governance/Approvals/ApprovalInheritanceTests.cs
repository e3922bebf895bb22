using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Orrery.Contracts;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>What was in production before approvals were asked for, over the starts of a real server.</summary>
public sealed class ApprovalInheritanceTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("orrery-inherits-").FullName;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task It_names_the_approval_it_inherited_goes_on_when_that_is_void_and_ends_when_it_is_revoked()
    {
        await using (var before = await ServerProcess.StartAsync(dataDir: _folder, cancel: Cancel))
        {
            var models = new ServingServer(before);
            foreach (var model in new[] { "churn", "fraud" })
            {
                await models.RegisterOnnxAsync(model, OnnxModels.Identity(11, -1, 1));
                await models.DeployAsync("production", model, ServingServer.Spec(ServingServer.Variant(model, 1)));
            }
        }

        await using var server = await ServerProcess.StartAsync(
            environment: new Dictionary<string, string> { ["Orrery__Serving__ApprovedEnvironments"] = "production" }, dataDir: _folder, cancel: Cancel);
        var serving = new ServingServer(server);
        var (churn, fraud) = (await NamedAsync(serving, "churn"), await NamedAsync(serving, "fraud"));

        // The history names it too; the revision is the same.
        var history = (await server.Client.GetFromJsonAsync<JsonNode>("/api/v1/deployments/production/churn/revisions", Cancel))!["revisions"]!.AsArray();
        Assert.Equal(churn.Id, ApprovalToken.Parse((string)history.Single()!["spec"]!["variants"]![0]!["approval"]!)!.Id);

        // Void, it is gone on under, also after a restart, and changed.
        using var card = await server.Client.PostAsync("/api/v1/models/churn/versions/1/card/snapshots", JsonContent.Create(new { }), Cancel);
        Assert.True(card.IsSuccessStatusCode, await card.Content.ReadAsStringAsync(Cancel));
        Assert.Contains("card", (string)(await server.Client.GetFromJsonAsync<JsonNode>("/api/v1/approvals/standing?environment=production&model=churn&version=1", Cancel))!["reason"]!, StringComparison.Ordinal);
        await server.RestartAsync(Cancel);
        await serving.ReadyAsync("production", "churn", 1);
        var changed = await serving.DeployAsync("production", "churn", ServingServer.Spec(ServingServer.Variant("churn", 1))[..^1] + """, "limits": {"concurrency": 3}}""");
        Assert.Equal((2, churn.Id), ((long)changed["revision"]!, ApprovalToken.Parse((string)changed["spec"]!["variants"]![0]!["approval"]!)!.Id));

        // Revoked, it ends at once.
        await serving.ReadyAsync("production", "fraud", 1);
        using var revoked = await server.Client.PostAsJsonAsync($"/api/v1/approvals/{fraud.Id}/revoke", new { reason = "It takes everybody for a thief." }, Cancel);
        Assert.True(revoked.IsSuccessStatusCode, await revoked.Content.ReadAsStringAsync(Cancel));
        JsonNode? one = null;
        await Eventually.HoldsAsync("what was inherited answers no more", async () =>
        {
            one = await server.Client.GetFromJsonAsync<JsonNode>("/api/v1/deployments/production/fraud", Cancel);
            return (string)one!["state"]! == "failed";
        }, () => one?.ToJsonString() ?? "nothing");
        Assert.Contains("everybody for a thief", one!["nodes"]![0]!["reason"]!.ToString(), StringComparison.Ordinal);
    }

    private static async Task<ApprovalToken> NamedAsync(ServingServer serving, string name)
    {
        var deployment = await serving.ReadyAsync("production", name, 1);
        Assert.Equal(1, (long)deployment["revision"]!);
        var token = ApprovalToken.Parse((string?)deployment["spec"]!["variants"]![0]!["approval"])!;
        Assert.Equal(("inherited", name, "1"), (token.Kind, token.Model, token.Version));
        return token;
    }
}
