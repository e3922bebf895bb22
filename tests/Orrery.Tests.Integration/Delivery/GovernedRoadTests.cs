using System.Text.Json;
using System.Text.Json.Nodes;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>From a registered version to production by the one governed road: by nobody where the risk is low, by two people where it is medium, by the board where it is high.</summary>
public sealed class GovernedRoadTests(RoadsAroundTests.Shared shared) : IClassFixture<RoadsAroundTests.Shared>
{
    private const string Rides = """
        entities: [{ name: driver, join_keys: [{ name: driver_id, type: int64 }] }]
        sources: [{ name: stats, type: file, path: rides/*.csv }]
        feature_views: [{ name: hourly, entities: [driver], source: stats, features: [{ name: trips, type: int64 }, { name: rating, type: float64 }] }]
        feature_services: [{ name: activity, features: [{ view: hourly }] }]
        """;

    private readonly GovernedRoadServer _road = shared.Road;

    [Fact]
    public async Task Low_risk_goes_to_production_with_nobody_asked_once_all_six_conditions_hold()
    {
        // The first of its kind is a team lead's, whatever the score.
        var onnx = OnnxModels.Logistic([0.3f, -0.7f], 0.1f);
        await _road.MlflowAsync("registered-models/create", new { name = "low" });
        Assert.Equal(1, await _road.RegisterFilesAsync("low", null, "", GovernedRoadServer.Files(onnx)));
        await _road.AnswerAsync("low", "low");
        var first = await _road.DeliverAsync("low", 1);
        var asked = await _road.WaitingAsync(first);
        Assert.Equal(("low", "first_production"), ((string)asked["tier"]!, (string)asked["triggers"]!.AsArray().Single()!["name"]!));
        Assert.Equal("approved", (string)(await _road.ApproveAsync((string)asked["id"]!, ["tim"]))["state"]!);
        await _road.SucceededAsync(first);

        // The second has other files, and comes of a run on a training set.
        (string, byte[])[] files = [.. GovernedRoadServer.Files(onnx), ("delivery.yaml", "thresholds:\n  max_p95_ms: 5000\n"u8.ToArray())];
        Assert.Equal(2, await _road.RegisterFilesAsync("low", await TrainedAsync(), "", files));
        Assert.Equal(["performance", "bias", "non_production"], await FailingAsync());
        await EvaluateAsync();
        Assert.Equal(["non_production"], await FailingAsync());
        await _road.SucceededAsync(await _road.DeliverAsync("low", 2, "staging"), governed: false);
        Assert.Empty(await FailingAsync());

        var ended = await _road.SucceededAsync(await _road.DeliverAsync("low", 2));

        var approval = await _road.ApprovalAsync((string)ended["approval_id"]!);
        Assert.Equal(("approved", "automatic", "low"), ((string)approval["state"]!, (string)approval["kind"]!, (string)approval["tier"]!));
        Assert.Equal(["performance", "bias", "lineage", "tests", "no_pii", "non_production"], approval["checks"]!.AsArray().Select(static one => (string)one!["name"]!));
        Assert.All(approval["checks"]!.AsArray(), static one => Assert.True((bool)one!["passed"]!, one.ToJsonString()));
        Assert.DoesNotContain("\"decision\"", approval.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal("automatic", GovernedRoadServer.Token(approval).Kind);
        Assert.EndsWith(": stable 2", await _road.TrafficAsync("low"), StringComparison.Ordinal);
        Assert.Equal(200, (await _road.AskAsync("low")).Status);
    }

    [Fact]
    public async Task Medium_risk_goes_to_production_by_a_manager_and_a_senior_data_scientist()
    {
        await _road.RegisterAsync("medium");
        await _road.AnswerAsync("medium", "medium");
        var delivery = await _road.DeliverAsync("medium", 1);
        var asked = await _road.WaitingAsync(delivery);
        Assert.Equal(("medium", "dan", "pending"), ((string)asked["tier"]!, (string)asked["requested_by"]!, (string)asked["state"]!));
        var id = (string)asked["id"]!;

        Assert.Equal("pending", (string)(await _road.ApproveAsync(id, ["max"]))["state"]!);
        Assert.Equal("waiting", (string)(await new DeliveryServer(_road.Process).GetAsync(delivery))["state"]!);
        Assert.Equal(404, (await _road.AskAsync("medium")).Status);
        var given = await _road.ApproveAsync(id, ["sue"]);

        Assert.Equal(("approved", "approval"), ((string)given["state"]!, (string)given["kind"]!));
        Assert.Equal(["manager max", "senior-data-scientist sue"], given["stages"]![0]!["seats"]!.AsArray().Select(static seat => $"{seat!["role"]} {seat["decided_by"]}"));
        await _road.SucceededAsync(delivery);
        Assert.Equal((200, """{"predictions":[{"label":0,"probabilities":[0.5,0.5]}]}"""), await _road.AskAsync("medium"));
        var now = await _road.ReadAsync("root", HttpMethod.Get, "/api/v1/deployments/production/medium");
        Assert.Equal((string)given["token"]!, (string)now["spec"]!["variants"]![0]!["approval"]!);
    }

    [Theory]
    [InlineData("high-with-chair", "vera", "ada", "pia", "leo")]
    [InlineData("high-without", "sue", "ada", "pia", "leo", "vera")]
    public async Task High_risk_goes_to_production_by_a_quorum_of_the_board_with_its_chair(string model, params string[] voters)
    {
        // Nobody has answered for its risk.
        await _road.RegisterAsync(model);
        const string Rejected = """{"status":"rejected","message":"High-risk models require CAB approval"}""";
        Assert.Equal((403, Rejected), await _road.DeployAsync(model, 1));
        var asked = (await _road.ReadAsync("vera", HttpMethod.Get, "/api/v1/approvals?state=pending&mine=true"))["approvals"]!.AsArray().Single(one => (string)one!["model"]! == model)!;
        Assert.Equal(("high", "dan"), ((string)asked["tier"]!, (string)asked["requested_by"]!));
        var id = (string)asked["id"]!;

        foreach (var voter in voters[..^1])
        {
            Assert.Equal("pending", (string)(await _road.ApproveAsync(id, [voter]))["state"]!);
            Assert.Equal((403, Rejected), await _road.DeployAsync(model, 1));
        }

        // Three with the chair, or four without, are not enough; the last one of these is.
        Assert.Equal("approved", (string)(await _road.ApproveAsync(id, [voters[^1]]))["state"]!);
        var ended = await _road.SucceededAsync(await _road.DeliverAsync(model, 1));
        Assert.Equal(id, (string)ended["approval_id"]!);
        Assert.Equal(200, (await _road.AskAsync(model)).Status);
    }

    // A run whose data is a training set of the feature store, no column of which is personal.
    private async Task<string> TrainedAsync()
    {
        var features = new FeatureServer(_road.Process, "rides");
        await features.UploadAsync("a.csv", "driver_id,event_timestamp,trips,rating\n1,2024-01-01T00:00:00Z,3,4.5\n");
        await features.ApplyAsync(Rides);
        var set = await features.PostAsync("training-sets", """{"name":"tips","feature_service":"activity","entity_df":{"driver_id":[1],"event_timestamp":["2024-01-02T00:00:00Z"]}}""");
        var run = (await _road.MlflowAsync("runs/create", new { experiment_id = "0" })).GetProperty("run").GetProperty("info").GetProperty("run_id").GetString()!;
        await _road.MlflowAsync("runs/log-inputs", new { run_id = run, datasets = new[] { set.GetProperty("dataset_input") } });
        return run;
    }

    // Under gates, with fairness, and compared with what is in production.
    private async Task EvaluateAsync()
    {
        await new BatchClient(_road.Process).UploadAsync("evaluation/rows.parquet", BatchClient.Parquet(VersionEvaluationServer.Rows));
        await _road.ReadAsync("root", HttpMethod.Put, "/api/v1/models/low/evaluation-gates", """{"gates":["auc >= 0.5","demographic_parity_difference(female) <= 0.9"]}""");
        var begun = await _road.ReadAsync("root", HttpMethod.Post, "/api/v1/evaluations", JsonSerializer.Serialize(new
        {
            model = "low",
            version = "2",
            data = new { files = new[] { "evaluation/rows.parquet" } },
            label = "churned",
            task = "binary",
            sensitive = new[] { "female" },
            privileged = new { female = "false" },
            baseline = "1",
            resamples = 0,
        }));
        JsonNode? one = null;
        await Eventually.HoldsAsync("the evaluation ends", async () =>
        {
            one = await _road.ReadAsync("root", HttpMethod.Get, $"/api/v1/evaluations/{begun["id"]}");
            return (string)one["state"]! is "succeeded" or "failed" or "cancelled";
        }, () => one?.ToJsonString() ?? "nothing");
        Assert.True((string)one!["state"]! == "succeeded", one.ToJsonString());
    }

    // Names of the conditions that do not hold for version 2 in production.
    private async Task<IEnumerable<string>> FailingAsync()
    {
        var checks = await _road.ReadAsync("dan", HttpMethod.Get, "/api/v1/models/low/risk/versions/2/production/checks");
        TestContext.Current.TestOutputHelper?.WriteLine(checks.ToJsonString());
        return checks["checks"]!.AsArray().Where(static one => !((bool?)one!["passed"] ?? false)).Select(static one => (string)one!["name"]!);
    }
}
