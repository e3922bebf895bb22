using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Diagnostics;
using Orrery.Contracts;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>
/// Each road around the gate ends before production. A commit to the Git repository without a token is in <see cref="GitTargetTests"/>; a waiver whose time is over, which
/// needs a clock of the tests', is in <see cref="ApprovalBehaviour"/>.
/// </summary>
public sealed class RoadsAroundTests(RoadsAroundTests.Shared shared) : IClassFixture<RoadsAroundTests.Shared>
{
    private readonly GovernedRoadServer _road = shared.Road;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>The server of these tests; each has models of its own.</summary>
    public sealed class Shared : IAsyncLifetime
    {
        public GovernedRoadServer Road { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Road = await GovernedRoadServer.StartAsync();

        public ValueTask DisposeAsync() => Road.DisposeAsync();
    }

    [Fact]
    public async Task Direct_changes_of_traffic()
    {
        await _road.StandingAsync("direct");
        var before = await _road.TrafficAsync("direct");
        string[][] documents =
        [
            [ServingServer.Variant("direct", 2)],
            [ServingServer.Variant("direct", 1, 99), ServingServer.Variant("direct", 2, 1, "canary")],
            [ServingServer.Variant("direct", 1), ServingServer.Variant("direct", 2, 0, "shadow", ", \"shadow\": true")],
            [ServingServer.Variant("direct", 1), ServingServer.Variant("direct", 2, 0, "idle")],
        ];
        foreach (var variants in documents)
            Assert.Contains("Version 2 of direct may not get traffic of production: there is no approval", await _road.RefusedAsync("direct", variants), StringComparison.Ordinal);
        var (status, body) = await _road.Models.TryDeployAsync("production", "by-another-name", ServingServer.Spec(ServingServer.Variant("direct", 2)));
        Assert.Equal((403, GovernedRoadServer.NotApproved), (status, (string)body!["code"]!));

        Assert.Equal(before, await _road.TrafficAsync("direct"));
        Assert.Equal((200, """{"predictions":[{"label":0,"probabilities":[0.5,0.5]}]}"""), await _road.AskAsync("direct"));
        // Where nothing is governed the same document is welcome.
        await _road.Models.DeployAsync("staging", "direct", ServingServer.Spec(ServingServer.Variant("direct", 2)));
    }

    [Fact]
    public async Task A_cluster_asks_before_it_takes_what_was_applied_by_hand()
    {
        var approval = await _road.StandingAsync("cluster");
        var token = GovernedRoadServer.Token(approval);
        const string Review = "/api/v1/admission/review?environment=production";
        await _road.ReadAsync("root", HttpMethod.Put, "/api/v1/delivery-targets/production", """
            {"kind":"kserve-api","settings":{"namespace":"models","storage_uri":"s3://models/{model}/{version}-{sha256}","smoke":false,"kubernetes":{"server":"http://127.0.0.1:1"}}}
            """);
        try
        {
            var manifest = new JsonObject
            {
                ["apiVersion"] = "serving.kserve.io/v1beta1",
                ["kind"] = "InferenceService",
                ["metadata"] = new JsonObject
                {
                    ["name"] = "cluster",
                    ["namespace"] = "models",
                    ["annotations"] = new JsonObject
                    {
                        [ManifestNames.DeploymentMode] = "Standard",
                        [ManifestNames.Model] = "cluster",
                        [ManifestNames.Version] = "1",
                        [ManifestNames.ModelSha256] = token.ModelSha256,
                        [ManifestNames.Approval] = (string)approval["token"]!,
                    },
                },
                ["spec"] = new JsonObject
                {
                    ["predictor"] = new JsonObject
                    {
                        ["model"] = new JsonObject
                        {
                            ["modelFormat"] = new JsonObject { ["name"] = "mlflow" },
                            ["protocolVersion"] = "v2",
                            ["storageUri"] = $"s3://models/cluster/1-{token.ModelSha256}",
                        }
                    }
                },
            };
            foreach (var field in ManifestPod.Fields)
                manifest["spec"]!["predictor"]!["model"]![field] = ManifestPod.Of(field, "v2", "cluster");
            var allowed = await _road.ReadAsync("root", HttpMethod.Post, Review, Asked("CREATE", manifest));
            Assert.True((bool)allowed["response"]!["allowed"]!, allowed.ToJsonString());
            Assert.Equal(("admission.k8s.io/v1", "AdmissionReview", "u-1"), ((string)allowed["apiVersion"]!, (string)allowed["kind"]!, (string)allowed["response"]!["uid"]!));

            manifest["spec"]!["predictor"]!["model"]!["lifecycle"]!["postStart"] = JsonNode.Parse("""{"exec":{"command":["id"]}}""");
            var denied = (await _road.ReadAsync("root", HttpMethod.Post, Review, Asked("CREATE", manifest)))["response"]!;
            Assert.Equal((false, 403), ((bool)denied["allowed"]!, (int)denied["status"]!["code"]!));
            Assert.Contains("lifecycle is not what deliveries write", (string)denied["status"]!["message"]!, StringComparison.Ordinal);
            var other = JsonNode.Parse("""{"apiVersion":"serving.kserve.io/v1alpha1","kind":"TrainedModel","metadata":{"name":"x"},"spec":{}}""")!;
            Assert.False((bool)(await _road.ReadAsync("root", HttpMethod.Post, Review, Asked("CREATE", other)))["response"]!["allowed"]!);
            Assert.True((bool)(await _road.ReadAsync("root", HttpMethod.Post, Review, Asked("DELETE", other)))["response"]!["allowed"]!);
            Assert.True((bool)(await _road.ReadAsync("root", HttpMethod.Post, "/api/v1/admission/review?environment=staging", Asked("CREATE", manifest)))["response"]!["allowed"]!);
        }
        finally
        {
            await _road.SendAsync("root", HttpMethod.Delete, "/api/v1/delivery-targets/production");
        }

        foreach (var body in (string[])["", "{", "[]", "\"review\"", "{}", """{"apiVersion":"admission.k8s.io/v1beta1","request":{"uid":"u"}}""", """{"apiVersion":"admission.k8s.io/v1","request":{"uid":7}}"""])
        {
            var (status, text) = await _road.SendAsync("root", HttpMethod.Post, Review, body);
            Assert.True(status == 400 && text.Contains("delivery.invalid_review", StringComparison.Ordinal), $"{body}: {status}: {text}");
        }

        Assert.Equal(404, (await _road.SendAsync("root", HttpMethod.Post, "/api/v1/admission/review?environment=moon", Asked("DELETE", new JsonObject()))).Status);
        Assert.Equal(413, (await _road.SendAsync("root", HttpMethod.Post, Review, "{\"a\":\"" + new string('x', 4 << 20) + "\"}")).Status);
        using var nobody = new HttpClient { BaseAddress = _road.Process.BaseAddress };
        using var asked = new StringContent(Asked("DELETE", new JsonObject()));
        using var refused = await nobody.PostAsync(Review, asked, Cancel);
        Assert.Equal(401, (int)refused.StatusCode);

        static string Asked(string operation, JsonNode manifest) => new JsonObject
        {
            ["apiVersion"] = "admission.k8s.io/v1",
            ["kind"] = "AdmissionReview",
            ["request"] = new JsonObject { ["uid"] = "u-1", ["operation"] = operation, ["name"] = "cluster", ["namespace"] = "models", ["object"] = manifest.DeepClone() },
        }.ToJsonString();
    }

    [Fact]
    public async Task Approvers_see_the_endpoint_elsewhere_that_they_decide_on()
    {
        await _road.RegisterAsync("elsewhere");
        var asked = await _road.ReadAsync("dan", HttpMethod.Post, "/api/v1/approvals", """
            {"model":"elsewhere","version":"1","environment":"production","justification":"It runs on Triton.",
             "remote":{"url":"https://triton.example.com","protocol":"v2","model":"churn","headers":{"Authorization":"triton"}}}
            """);
        var seen = await _road.ApprovalAsync((string)asked["id"]!);
        Assert.Equal(("https://triton.example.com", "triton"), ((string)seen["remote"]!["url"]!, (string)seen["remote"]!["headers"]!["Authorization"]!));
        Assert.Equal((string)seen["pins"]!["remote"]!, JsonSerializer.Deserialize(seen["remote"]!.ToJsonString(), OrreryJson.TypeOf<RemoteSpec>())!.Sha256());
        Assert.Contains("https://triton.example.com, v2, model churn, authorization by secret triton", await _road.OkAsync("max", "approvals", "show", (string)asked["id"]!), StringComparison.Ordinal);
        Assert.Contains("https://triton.example.com", await _road.OkAsync("max", "approvals", "agenda"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stage_alias_and_YAML()
    {
        await _road.StandingAsync("mlflow");
        var stage = await _road.SendAsync("root", HttpMethod.Post, "/api/2.0/mlflow/model-versions/transition-stage", """{"name":"mlflow","version":"2","stage":"Production"}""");
        Assert.True(stage.Status is >= 400 and < 500 && stage.Body.Contains("Version 2 of mlflow may not go to production", StringComparison.Ordinal), stage.Body);
        var alias = await _road.SendAsync("root", HttpMethod.Post, "/api/2.0/mlflow/registered-models/alias", """{"name":"mlflow","alias":"production","version":"2"}""");
        Assert.True(alias.Status is >= 400 and < 500 && alias.Body.Contains("Version 2 of mlflow may not go to production", StringComparison.Ordinal), alias.Body);
        Assert.Equal(200, (await _road.SendAsync("root", HttpMethod.Post, "/api/2.0/mlflow/model-versions/transition-stage", """{"name":"mlflow","version":"1","stage":"Production"}""")).Status);

        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, "environment: production\nname: mlflow\nvariants:\n  - {name: stable, model: mlflow, version: \"2\", weight: 1}\n", Cancel);
            var (code, _, errors) = await _road.RunAsync("root", "deploy", "-f", file, "--name", "mlflow", "-e", "production");
            Assert.True(code == 4 && errors.Contains("there is no approval", StringComparison.Ordinal), $"{code}: {errors}");
            (code, _, errors) = await _road.RunAsync("root", "deploy", "--model", "mlflow", "--version", "2", "-e", "production", "--canary", "10");
            Assert.True(code == 4 && errors.Contains("there is no approval", StringComparison.Ordinal), $"{code}: {errors}");
            (code, _, errors) = await _road.RunAsync("root", "deploy", "--model", "mlflow", "--version", "2", "-e", "production", "--direct");
            Assert.True(code == 4 && errors.Contains("there is no approval", StringComparison.Ordinal), $"{code}: {errors}");
            Assert.Equal(6, (await _road.RunAsync("dan", "deploy", "--model", "mlflow", "--version", "2", "-e", "production", "--no-wait")).ExitCode);
        }
        finally
        {
            File.Delete(file);
        }

        Assert.EndsWith(": stable 1", await _road.TrafficAsync("mlflow"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tokens_that_are_another_versions_another_workspaces_changed_or_made_up()
    {
        var token = GovernedRoadServer.Token(await _road.StandingAsync("tokens"));
        var package = await _road.ReadAsync("root", HttpMethod.Get, "/api/v1/models/tokens/versions/2/package");
        var second = token with { Version = "2", ModelSha256 = (string)package["sha256"]! };
        Assert.NotEqual(token.ModelSha256, second.ModelSha256);
        using var own = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var forged = second with { Signature = System.Buffers.Text.Base64Url.EncodeToString(own.SignData(second.SignedBytes(), HashAlgorithmName.SHA256)) };

        // The same files under the same name and number elsewhere, approved there.
        await _road.ReadAsync("root", HttpMethod.Post, "/api/v1/workspaces", """{"name":"elsewhere"}""");
        await _road.GrantInAsync("elsewhere");
        await _road.RegisterAsync("tokens", 0, "/w/elsewhere");
        await _road.RegisterAsync("tokens", 20, "/w/elsewhere");
        await _road.AnswerAsync("tokens", "medium", "/w/elsewhere");
        var foreign = GovernedRoadServer.Token(await _road.ApprovedAsync("tokens", 2, "/w/elsewhere"));
        Assert.Equal(("tokens", "2", second.ModelSha256), (foreign.Model, foreign.Version, foreign.ModelSha256));

        foreach (var (text, why) in new[]
        {
            (token.ToText(), $"approval {token.Id} is of version 1 of tokens for production"),
            (foreign.ToText(), $"approval {foreign.Id} is of version 2 of tokens for production in another workspace"),
            ((foreign with { Workspace = token.Workspace }).ToText(), $"the signature of approval {foreign.Id} is not good"),
            (second.ToText(), $"the signature of approval {token.Id} is not good"),
            (forged.ToText(), $"the signature of approval {token.Id} is not good"),
            ((second with { KeyId = "mine" }).ToText(), $"the signature of approval {token.Id} is not good"),
            ("nonsense", "what is given as its approval is none"),
        })
        {
            Assert.Contains(why, await _road.RefusedAsync("tokens", ServingServer.Variant("tokens", 2, more: $", \"approval\": \"{text}\"")), StringComparison.Ordinal);
        }

        Assert.EndsWith(": stable 1", await _road.TrafficAsync("tokens"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_asks_and_who_has_a_seat_does_not_decide_again()
    {
        await _road.RegisterAsync("seats");
        await _road.AnswerAsync("seats", "medium");
        var id = await _road.RequestAsync("seats", 1);
        // Dan is a manager too, and rob is both.
        Refused(await _road.DecideAsync("dan", id), "governance.approval_self");
        Assert.Equal(200, (await _road.DecideAsync("rob", id, "manager")).Status);
        Refused(await _road.DecideAsync("rob", id, "senior-data-scientist"), "governance.approval_seated");
        Refused(await _road.DecideAsync("rob", id), "governance.approval_seated");
        Refused(await _road.DecideAsync("max", id), "governance.approval_role");
        // Nobody lends a role to who asked, or to who sits there.
        foreach (var to in new[] { "dan", "rob" })
        {
            await _road.ReadAsync("sue", HttpMethod.Post, "/api/v1/approval-delegations", JsonSerializer.Serialize(new { role = "senior-data-scientist", to, ends_at = TimeProvider.System.GetUtcNow().AddDays(1) }));
            Refused(await _road.DecideAsync(to, id), to == "dan" ? "governance.approval_self" : "governance.approval_seated");
        }

        Assert.Equal("pending", (string)(await _road.ApprovalAsync(id))["state"]!);
        Assert.Contains("there is no approval", await _road.RefusedAsync("seats", ServingServer.Variant("seats", 1)), StringComparison.Ordinal);
        Assert.Equal("approved", (string)(await _road.ApproveAsync(id, ["sue"]))["state"]!);
    }

    [Fact]
    public async Task A_model_that_was_made_anew_under_the_name_has_no_approval()
    {
        await _road.RegisterAsync("anew");
        await _road.AnswerAsync("anew", "medium");
        var token = GovernedRoadServer.Token(await _road.ApprovedAsync("anew", 1));
        Assert.Equal(200, (await _road.SendAsync("root", HttpMethod.Delete, "/api/2.0/mlflow/registered-models/delete", """{"name":"anew"}""")).Status);
        Assert.Equal(1, await _road.RegisterAsync("anew", 20));

        Assert.Contains("there is no approval", await _road.RefusedAsync("anew", ServingServer.Variant("anew", 1)), StringComparison.Ordinal);
        Assert.Equal("voided", (string)(await _road.ApprovalAsync(token.Id))["state"]!);
        Assert.Contains("the files are not those", await _road.RefusedAsync("anew", ServingServer.Variant("anew", 1, more: $", \"approval\": \"{token.ToText()}\"")), StringComparison.Ordinal);
        var stage = await _road.SendAsync("root", HttpMethod.Post, "/api/2.0/mlflow/model-versions/transition-stage", """{"name":"anew","version":"1","stage":"Production"}""");
        Assert.True(stage.Status is >= 400 and < 500 && stage.Body.Contains("may not go to production", StringComparison.Ordinal), stage.Body);
        // The new one's risk is nobody's answer, and the board's.
        Assert.Equal((403, """{"status":"rejected","message":"High-risk models require CAB approval"}"""), await _road.DeployAsync("anew", 1));
    }

    [Fact]
    public async Task What_was_revoked_ends_within_seconds_and_is_not_gone_back_to()
    {
        var first = (string)(await _road.StandingAsync("revoked"))["id"]!;
        var second = (string)(await _road.ApprovedAsync("revoked", 2))["id"]!;
        var delivery = await _road.DeliverAsync("revoked", 2);
        await _road.SucceededAsync(delivery);
        Assert.Equal(200, (await _road.AskAsync("revoked")).Status);

        await RevokeAsync(first, "It refuses a whole town.");
        var back = await _road.SendAsync("root", HttpMethod.Post, "/api/v1/deployments/production/revoked/rollback", """{"revision":1}""");
        Refused(back, GovernedRoadServer.NotApproved);
        Assert.Contains("It refuses a whole town.", back.Body, StringComparison.Ordinal);
        var undone = await _road.SendAsync("root", HttpMethod.Post, $"/api/v1/deliveries/{delivery}/rollback", """{"reason":"back"}""");
        Assert.True(undone.Status is 403 or 409, $"{undone.Status}: {undone.Body}");
        Assert.EndsWith(": stable 2", await _road.TrafficAsync("revoked"), StringComparison.Ordinal);
        Assert.Equal(200, (await _road.AskAsync("revoked")).Status);

        await RevokeAsync(second, "It forgets a whole city.");
        var since = Stopwatch.GetTimestamp();
        (int Status, string Body) asked = default;
        await Eventually.HoldsAsync("the traffic has ended", async () => (asked = await _road.AskAsync("revoked")).Status == 503, () => $"{asked.Status}: {asked.Body}");
        var took = Stopwatch.GetElapsedTime(since);
        Assert.True(took < TimeSpan.FromSeconds(10), $"It took {took}.");
        Assert.Contains("It forgets a whole city.", asked.Body, StringComparison.Ordinal);
    }

    private Task<JsonNode> RevokeAsync(string id, string reason) =>
        _road.ReadAsync("vera", HttpMethod.Post, $"/api/v1/approvals/{id}/revoke", JsonSerializer.Serialize(new { reason }));

    private static void Refused((int Status, string Body) answer, string code) =>
        Assert.True(answer.Status is 403 or 409 && (string?)JsonNode.Parse(answer.Body)!["code"] == code, $"{answer.Status}: {answer.Body}");
}
