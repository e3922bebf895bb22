using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Orrery.Client;
using Orrery.Contracts;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>Evaluations on PostgreSQL, of training sets, by people who may not see everything.</summary>
public sealed class VersionEvaluationRightsTests
{
    private const string Yaml = """
        entities: [{ name: customer, join_keys: [{ name: customer_id, type: int64 }] }]
        sources: [{ name: bills, type: file, path: shop/bills.csv }]
        feature_views: [{ name: account, entities: [customer], source: bills, features: [{ name: tenure, type: int64 }, { name: charges, type: float64 }] }]
        feature_services: [{ name: bill, features: [{ view: account }] }]
        """;

    private static readonly EvaluationSpec Spec = new()
    {
        Model = "churn",
        Version = "1",
        Label = "churned",
        Task = "binary",
        Resamples = 20,
        Sensitive = ["region"],
    };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Training_sets_are_for_who_may_read_features_and_small_groups_for_who_may_use_sensitive_attributes()
    {
        var database = await (await PostgresServer.SharedAsync()).CreateMigratedDatabaseAsync(Cancel);
        await using var process = await ServerProcess.StartAsync(["--database", database], cancel: Cancel);
        using (var init = await process.Client.PostAsJsonAsync("/api/v1/admin/init", new { name = "root", password = "correct-horse-battery-staple" }, Cancel))
            Assert.True(init.IsSuccessStatusCode, await init.Content.ReadAsStringAsync(Cancel));
        process.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await TokenAsync(process, null));
        string[] rights = ["governance.read", "governance.evaluate", "registry.read", "features.read", "features.query"];
        using var analyst = new OrreryClient(process.BaseAddress, new() { Token = await TokenAsync(process, rights) });
        using var trusted = new OrreryClient(process.BaseAddress, new() { Token = await TokenAsync(process, [.. rights, "features.restricted", "governance.sensitive"]) });
        using var reader = new OrreryClient(process.BaseAddress, new() { Token = await TokenAsync(process, ["governance.read"]) });
        await new ServingServer(process).RegisterOnnxAsync("churn", OnnxModels.Logistic([0.3f, -0.7f], 0.1f), "tenure", "charges");
        var set = await TrainingSetAsync(process);
        var spec = Spec with { Data = new() { TrainingSet = set, Project = "shop" } };

        // Files may hold anything; the training set has no restricted column.
        Assert.Equal("governance.evaluation_restricted", await RefusedAsync(analyst, Spec with { Data = new() { Files = ["shop/bills.csv"] } }));
        Assert.Equal("tenancy.token_scope", await RefusedAsync(reader, spec));
        Assert.Equal("governance.sensitive_groups", await RefusedAsync(analyst, spec with { MinGroupRows = 5 }));

        var aggregates = await EndAsync(analyst, await analyst.Evaluations.CreateAsync(spec, Cancel));
        var all = await EndAsync(trusted, await trusted.Evaluations.CreateAsync(spec with { MinGroupRows = 5, MinGroupClass = 1 }, Cancel));

        Assert.Equal(120, aggregates.Result!.Rows);
        Assert.Equal(aggregates.DataSha256, all.DataSha256);
        var (hidden, shown) = (Group(aggregates, "east"), Group(all, "east"));
        Assert.Null(hidden.Rows);
        Assert.All(hidden.Metrics, static metric => Assert.Equal((null, "fewer than 30 rows"), (metric.Value, metric.Undefined)));
        Assert.Equal(20, shown.Rows);
        Assert.NotNull(shown.Metrics.Single(static metric => metric.Name == "accuracy").Value);
        // The one that is left would tell the size of the small one.
        Assert.Null(Group(aggregates, "west").Rows);
        // What was computed for one who may see it is not shown to those who may not.
        foreach (var client in new[] { analyst, reader })
        {
            var masked = await client.Evaluations.GetAsync(all.Id, Cancel);
            Assert.Null(Group(masked, "east").Rows);
            Assert.All(Group(masked, "east").Metrics, static metric => Assert.Equal((null, "fewer than 30 rows"), (metric.Value, metric.Undefined)));
            Assert.Equal(all.ResultSha256, masked.ResultSha256);
        }

        Assert.Equal(aggregates.Id, (await reader.Evaluations.GetAsync(aggregates.Id, Cancel)).Id);
    }

    private static FairnessGroup Group(Evaluation evaluation, string name) => Assert.Single(evaluation.Result!.Fairness).Groups.Single(group => group.Value == name);

    private static async Task<string?> RefusedAsync(OrreryClient client, EvaluationSpec spec)
    {
        var refused = await Assert.ThrowsAsync<OrreryApiException>(() => client.Evaluations.CreateAsync(spec, Cancel));
        Assert.Equal(403, (int)refused.Status);
        return refused.ErrorCode;
    }

    private static async Task<Evaluation> EndAsync(OrreryClient client, Evaluation evaluation)
    {
        await Eventually.HoldsAsync("the evaluation ends", async () => (evaluation = await client.Evaluations.GetAsync(evaluation.Id, Cancel)).State is "succeeded" or "failed", () => $"{evaluation.State}: {evaluation.Error}");
        Assert.True(evaluation.State == "succeeded", $"{evaluation.ErrorCode}: {evaluation.Error}");
        return evaluation;
    }

    // 120 customers, 20 of them in the east.
    private static async Task<string> TrainingSetAsync(ServerProcess process)
    {
        var features = new FeatureServer(process, "shop");
        var bills = new StringBuilder("customer_id,event_timestamp,tenure,charges\n");
        for (var customer = 0; customer < 120; customer++)
            bills.Append(System.Globalization.CultureInfo.InvariantCulture, $"{customer},2026-01-01T00:00:00Z,{customer % 13},{customer % 7}.5\n");
        await features.UploadAsync("bills.csv", bills.ToString());
        await features.ApplyAsync(Yaml);
        var rows = new JsonObject
        {
            ["customer_id"] = Column(static customer => customer),
            ["event_timestamp"] = Column(static _ => "2026-02-01T00:00:00Z"),
            ["region"] = Column(static customer => customer % 6 == 0 ? "east" : "west"),
            ["churned"] = Column(static customer => customer % 3 == 0 ? "yes" : "no"),
        };
        return (await features.PostAsync("training-sets", new JsonObject { ["name"] = "bills", ["feature_service"] = "bill", ["entity_df"] = rows }.ToJsonString())).GetProperty("training_set_id").GetString()!;
    }

    private static JsonArray Column(Func<int, JsonNode> value) => [.. Enumerable.Range(0, 120).Select(value)];

    private static async Task<string> TokenAsync(ServerProcess process, string[]? permissions)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/tokens")
        {
            Content = permissions is null ? JsonContent.Create(new { name = "all" }) : JsonContent.Create(new { name = $"of-{permissions.Length}", permissions }),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes("root:correct-horse-battery-staple")));
        using var answer = await process.Client.SendAsync(request, Cancel);
        var body = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.True(answer.IsSuccessStatusCode, body);
        return (string)JsonNode.Parse(body)!["secret"]!;
    }
}
