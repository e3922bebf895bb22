using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;
using Orrery.Client;
using Orrery.Contracts;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>Risk, the conditions of automatic approval, and policies, over HTTP on both databases.</summary>
public sealed class RiskServerTests(BothServers servers) : IClassFixture<BothServers>
{
    private static readonly Dictionary<string, string> Harmless = new()
    {
        ["financial_impact"] = "0",
        ["criticality"] = "none",
        ["people_affected"] = "0",
        ["autonomy"] = "no_decision",
        ["personal_data"] = "none",
        ["confidentiality"] = "public",
        ["regulated_domain"] = "none",
        ["prohibited_practice"] = "none",
        ["explanation_owed"] = "nobody",
        ["opacity"] = "transparent",
    };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Risk_follows_answers_tags_and_deployments_and_is_kept(bool postgres)
    {
        var server = await servers.OnAsync(postgres, Cancel);
        using var client = new OrreryClient(server.BaseAddress);
        var serving = new ServingServer(server);
        await serving.RegisterOnnxAsync("churn", OnnxModels.Logistic([0.25f], 0), "x");

        var nobody = await client.Risk.AssessAsync("churn", "1", "staging", Cancel);
        Assert.Equal((50, "high"), (nobody.Score, nobody.Tier));
        await client.Risk.AnswerAsync("churn", new() { Answers = Harmless, Note = "first" }, Cancel);
        var low = await client.Risk.AssessAsync("churn", "1", "staging", Cancel);
        Assert.Equal((0, "low"), (low.Score, low.Tier));
        Assert.Empty(low.Triggers);
        Assert.Equal(low.Sha256, (await client.Risk.AssessAsync("churn", "1", "staging", Cancel)).Sha256);
        Assert.Equal(["first_production"], (await client.Risk.AssessAsync("churn", "1", "production", Cancel)).Triggers.Select(static one => one.Name));

        // A version's answers stand before its model's, and an empty one takes an answer back.
        await client.Risk.AnswerAsync("churn", new() { Version = "1", Answers = new Dictionary<string, string> { ["autonomy"] = "alone" } }, Cancel);
        Assert.Equal(10, (await client.Risk.AssessAsync("churn", "1", "staging", Cancel)).Score);
        await client.Risk.AnswerAsync("churn", new() { Version = "1", Answers = new Dictionary<string, string> { ["autonomy"] = "" } }, Cancel);
        Assert.Equal(0, (await client.Risk.AssessAsync("churn", "1", "staging", Cancel)).Score);
        Assert.Equal(2, (await client.Risk.AnswersPageAsync("churn", "1", null, null, Cancel)).Answers.Count);

        // Facts change without anybody asking: the job that the event starts makes the assessment anew.
        await server.Client.PostAsync("registered-models/set-tag", new { name = "churn", key = "regulated_domain", value = "credit" }, Cancel);
        RiskAssessmentPage history = new();
        await Eventually.HoldsAsync("the tag has raised the risk", async () =>
            (history = await client.Risk.HistoryPageAsync("churn", "1", "staging", null, null, Cancel)).Assessments[0].Triggers.Any(static one => one.Name == "regulated_domain"));
        Assert.Equal(8, history.Assessments[0].Score);
        Assert.Equal(50, history.Assessments[^1].Score);
        var page = await client.Risk.HistoryPageAsync("churn", "1", "staging", 1, null, Cancel);
        Assert.NotEqual(page.Assessments[0].Sha256, (await client.Risk.HistoryPageAsync("churn", "1", "staging", 1, page.NextPageToken, Cancel)).Assessments[0].Sha256);

        // What was deployed to production is not the first there any more; neither is another model of its type.
        await server.Client.PostAsync("registered-models/set-tag", new { name = "churn", key = "model_type", value = "tabular" }, Cancel);
        await serving.RegisterOnnxAsync("upsell", OnnxModels.Logistic([0.5f], 0), "x");
        await client.Risk.AnswerAsync("upsell", new() { Answers = Harmless }, Cancel);
        Assert.Equal(["first_production"], (await client.Risk.AssessAsync("upsell", "1", "production", Cancel)).Triggers.Select(static one => one.Name));
        await server.Client.PostAsync("registered-models/set-tag", new { name = "upsell", key = "model_type", value = "tabular" }, Cancel);
        Assert.Equal(["first_production"], (await client.Risk.AssessAsync("upsell", "1", "production", Cancel)).Triggers.Select(static one => one.Name));
        await serving.DeployAsync("staging", "churn", """{"variants": [{"name": "a", "model": "churn", "version": "1", "weight": 1}]}""");
        Assert.Contains(await ChecksAsync(client, "churn"), static one => one is { Name: "non_production", Passed: true });
        Assert.Contains(await ChecksAsync(client, "upsell"), static one => one is { Name: "non_production", Passed: false });
    }

    [Fact]
    public async Task A_review_looks_at_what_is_deployed_and_the_server_tells_what_it_was_asked()
    {
        await using var server = await ServerProcess.StartAsync(environment: new Dictionary<string, string> { ["Orrery__Delivery__SignalInterval"] = "00:00:01" }, cancel: Cancel);
        using var client = new OrreryClient(server.BaseAddress);
        var serving = new ServingServer(server);
        foreach (var model in new[] { "idle", "busy" })
        {
            await serving.RegisterOnnxAsync(model, OnnxModels.Logistic([0.25f], 0), "x");
            await client.Risk.AnswerAsync(model, new() { Answers = Harmless }, Cancel);
            Assert.Equal(0, (await client.Risk.AssessAsync(model, "1", "staging", Cancel)).Score);
        }

        // No uptime makes a day's traffic of a few requests, and what was written down counts.
        await serving.DeployAsync("staging", "busy", """{"variants": [{"name": "old", "model": "busy", "version": "1", "weight": 0}, {"name": "new", "model": "busy", "version": "1", "weight": 1}]}""");
        Assert.Equal(200, (await serving.AskAsync("/staging/v1/models/busy:predict", """{"instances":[{"x":1}]}""")).Status);
        await Eventually.HoldsAsync("the request was written down", async () => await SumAsync(server) == 1);
        Assert.Equal(0, (await client.Risk.AssessAsync("busy", "1", "staging", Cancel)).Score);
        await using (var database = Open(server))
        {
            await database.OpenAsync(Cancel);
            await using var add = database.CreateCommand();
            add.CommandText = "insert into dlv_traffic (tenant_id, environment, model, hour, node, requests) select tenant_id, environment, model, hour - 20, 'another', 10000 from dlv_traffic";
            await add.ExecuteNonQueryAsync(Cancel);
        }

        // Marks of features have changed: what is deployed is assessed anew, what is not when somebody asks.
        await new FeatureServer(server, "p").ApplyAsync("entities:\n  - name: driver\n    join_keys: [{name: driver_id, type: int64}]\n");
        await Eventually.HoldsAsync("a review has assessed one version", async () =>
            (await client.Jobs.ListAsync(JobState.Succeeded, "governance.risk", Cancel).ToListAsync(Cancel)).Any(static job => job.Result!.Value.GetProperty("assessments").GetInt32() == 1));
        var busy = (await client.Risk.HistoryPageAsync("busy", "1", "staging", null, null, Cancel)).Assessments;
        Assert.Equal([4, 0], busy.Select(static one => one.Score));
        Assert.Contains(busy[0].Dimensions.SelectMany(static one => one.Evidence), static one => one is { Name: "requests_per_day", Value: "more than 10000 a day", Score: 4 });
        Assert.Single((await client.Risk.HistoryPageAsync("idle", "1", "staging", null, null, Cancel)).Assessments);
    }

    [Fact]
    public async Task A_prohibited_use_is_high_and_fails_a_check_of_its_own()
    {
        var server = await servers.OnAsync(postgres: false, Cancel);
        using var client = new OrreryClient(server.BaseAddress);
        await new ServingServer(server).RegisterOnnxAsync("scoring", OnnxModels.Logistic([0.25f], 0), "x");
        await client.Risk.AnswerAsync("scoring", new() { Answers = new Dictionary<string, string>(Harmless) { ["prohibited_practice"] = "social_scoring" } }, Cancel);

        Assert.Equal("high", (await client.Risk.AssessAsync("scoring", "1", "staging", Cancel)).Tier);
        var checks = await client.Risk.ChecksAsync("scoring", "1", "staging", Cancel);
        Assert.Equal(["performance", "bias", "lineage", "tests", "no_pii", "non_production", "governance.prohibited_use"], checks.Checks.Select(static one => one.Name));
        Assert.False(checks.Passed);
        Assert.Contains("mlops evaluate scoring 1", checks.Checks[0].Reason, StringComparison.Ordinal);
        Assert.True(checks.Checks[3].Passed, checks.Checks[3].Reason);
        Assert.True(checks.Checks[5].Passed);
    }

    [Fact]
    public async Task Wrong_input_is_refused_and_other_workspaces_see_nothing()
    {
        var server = await servers.OnAsync(postgres: false, Cancel);
        using var client = new OrreryClient(server.BaseAddress);
        await new ServingServer(server).RegisterOnnxAsync("refused", OnnxModels.Logistic([0.25f], 0), "x");
        await RefusedAsync(client.Risk.AnswerAsync("refused", new() { Answers = new Dictionary<string, string> { ["nope"] = "1" } }, Cancel), 400, "governance.invalid_risk_answers");
        await RefusedAsync(client.Risk.AnswerAsync("refused", new(), Cancel), 400, "governance.invalid_risk_answers");
        await RefusedAsync(client.Risk.AnswerAsync("nothing", new() { Answers = Harmless }, Cancel), 404, "registry.model_not_found");
        await RefusedAsync(client.Risk.AssessAsync("refused", "9", "staging", Cancel), 404, "registry.version_not_found");
        await RefusedAsync(client.Risk.AssessAsync("refused", "1", "No Such", Cancel), 400, "governance.invalid_environment");
        await RefusedAsync(client.Policies.GetAsync("nothing", null, Cancel), 404, "governance.policy_not_found");
        await RefusedAsync(client.Policies.EnableAsync("nothing", Cancel), 404, "governance.pack_not_found");
        await RefusedAsync(client.Policies.SetAsync(new() { Policy = new() { Name = "p", Version = "1", Rules = [new() { Id = "a", Require = "(", Message = "m" }] } }, Cancel), 400, "governance.invalid_policy");
        using var elsewhere = await server.Client.GetAsync("/w/elsewhere/api/v1/models/refused/risk/versions/1/staging", Cancel);
        Assert.Equal(HttpStatusCode.NotFound, elsewhere.StatusCode);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Policies_are_set_compared_tried_and_checked(bool postgres)
    {
        // Policies hold for the whole workspace: those of the other tests have none.
        await using var server = await StartAsync(postgres);
        using var client = new OrreryClient(server.BaseAddress);
        await new ServingServer(server).RegisterOnnxAsync("churn", OnnxModels.Logistic([0.25f], 0), "x");
        var none = await client.Policies.CheckAsync("churn", "1", "production", Cancel);
        Assert.True(none.Passed);

        var policy = new PolicyDocument { Name = "bank", Version = "1", Rules = [new() { Id = "owner", Require = "exists(model.owner)", Message = "Say who owns it.", Control = ["SOC2 CC1.3"] }] };
        var set = await client.Policies.SetAsync(new() { Policy = policy, Note = "new" }, Cancel);
        Assert.Equal((1L, true), (set.Revision, set.Enabled));
        Assert.Equal(1, (await client.Policies.SetAsync(new() { Policy = policy }, Cancel)).Revision);
        var blocked = await client.Policies.CheckAsync("churn", "1", "production", Cancel);
        Assert.Equal(["owner"], blocked.Blocked.Select(static one => one.Rule));
        Assert.NotEqual(none.PoliciesSha256, blocked.PoliciesSha256);
        Assert.Equal(none.FactsSha256, blocked.FactsSha256);
        await server.Client.PostAsync("registered-models/set-tag", new { name = "churn", key = "owner", value = "ann" }, Cancel);
        var passed = await client.Policies.CheckAsync("churn", "1", "production", Cancel);
        Assert.True(passed.Passed);
        Assert.NotEqual(blocked.FactsSha256, passed.FactsSha256);

        var changed = policy with { Version = "2", Rules = [policy.Rules[0] with { Require = "model.owner == 'bob'" }] };
        Assert.Equal(2, (await client.Policies.SetAsync(new() { Policy = changed }, Cancel)).Revision);
        Assert.Equal(["rules.owner.require", "version"], (await client.Policies.DiffAsync("bank", null, null, Cancel)).Changes.Select(static one => one.Path));
        Assert.Equal("1", (await client.Policies.GetAsync("bank", 1, Cancel)).Policy.Version);
        Assert.False((await client.Policies.CheckAsync("churn", "1", "production", Cancel)).Passed);
        Assert.False((await client.Policies.DisableAsync("bank", Cancel)).Enabled);
        var after = await client.Policies.CheckAsync("churn", "1", "production", Cancel);
        Assert.Equal((true, none.PoliciesSha256), (after.Passed, after.PoliciesSha256));

        Assert.Equal(0, (await client.Policies.DryRunAsync(new() { Policy = policy }, Cancel)).Versions);
        Assert.Equal(4, (await client.Policies.PacksAsync(Cancel)).Packs.Count);
        Assert.Equal("soc2", (await client.Policies.EnableAsync("soc2", Cancel)).Pack);
        Assert.Contains("lineage", (await client.Policies.CheckAsync("churn", "1", "production", Cancel)).Blocked.Select(static one => one.Rule));
        var schema = await server.Client.GetFromJsonAsync<JsonObject>("/api/v1/policies/schemas/facts", Cancel);
        var facts = await client.Policies.FactsAsync("churn", "1", "production", Cancel);
        Assert.All(facts.Facts.EnumerateObject(), member => Assert.True(schema!["properties"]!.AsObject().ContainsKey(member.Name), member.Name));
    }

    private static SqliteConnection Open(ServerProcess server) => new($"Data Source={Path.Combine(server.DataDir, "orrery.db")};Pooling=False");

    private static async Task<long> SumAsync(ServerProcess server)
    {
        await using var database = Open(server);
        await database.OpenAsync(Cancel);
        await using var sum = database.CreateCommand();
        sum.CommandText = "select coalesce(sum(requests), 0) from dlv_traffic where environment = 'staging' and model = 'busy'";
        return (long)(await sum.ExecuteScalarAsync(Cancel))!;
    }

    private static async Task<ServerProcess> StartAsync(bool postgres)
    {
        string[] arguments = postgres ? ["--database", await (await PostgresServer.SharedAsync()).CreateMigratedDatabaseAsync(Cancel)] : [];
        return await ServerProcess.StartAsync(arguments, cancel: Cancel);
    }

    private static async Task<IReadOnlyList<AutomaticCheck>> ChecksAsync(OrreryClient client, string model) => (await client.Risk.ChecksAsync(model, "1", "production", Cancel)).Checks;

    private static async Task RefusedAsync(Task call, int status, string code)
    {
        var refused = await Assert.ThrowsAsync<OrreryApiException>(() => call);
        Assert.Equal((status, code), ((int)refused.Status, refused.ErrorCode));
    }
}
