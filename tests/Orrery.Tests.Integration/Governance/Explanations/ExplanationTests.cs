using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>Reports of a version, and explanations of its predictions, over HTTP.</summary>
public sealed class ExplanationTests(ExplanationServer explained) : IClassFixture<ExplanationServer>
{
    private static readonly float[] Weights = ExplanationServer.Weights;

    private readonly ServerProcess _server = explained.Process;
    private readonly ServingServer _models = explained.Models;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_report_explains_and_gives_later_explanations_their_background()
    {
        var (early, why) = await ExplainAsync();
        Assert.Equal(409, early);
        Assert.Contains("mlops explain risk 1", why, StringComparison.Ordinal);

        var linear = await ReportAsync("auto");
        Assert.Equal("linear", (string)linear["result"]!["method"]!);
        Assert.Equal("margin", (string)linear["result"]!["scale"]!);
        Assert.True((double)linear["result"]!["efficiency_error"]! < 1e-9);
        Assert.Equal(3, linear["result"]!["effects"]!.AsArray().Count);
        var own = ExplanationServer.Parsed().SelectMany(static row => row).ToHashSet();
        Assert.DoesNotContain(linear["result"]!["effects"]!.AsArray().SelectMany(static effect => effect!["grid"]!.AsArray()), value => own.Contains((double)value!));
        foreach (var action in new[] { "explanation.create", "explanation.succeed" })
            await RecordedAsync(action, linear);
        Assert.Equal("b", (string)linear["result"]!["permutation"]!["features"]![0]!["feature"]!);
        await SaysWeightsTimesDifferencesAsync(linear);

        var exact = await ReportAsync("exact");
        Assert.Contains($"report:explanation/{exact["id"]}", await _server.Client.GetStringAsync("/api/v1/lineage/graph?node=model_version:risk/1&direction=down&depth=1&kinds=report", Cancel), StringComparison.Ordinal);
        Assert.Equal("output", (string)exact["result"]!["scale"]!);
        var (_, probability) = await ExplainAsync();
        var one = JsonNode.Parse(probability)!["explanations"]![0]!;
        Assert.Equal((double)one["output"]!, (double)one["prediction"]!, 6);
        Assert.Equal((double)one["prediction"]!, (double)one["base_value"]! + one["values"]!.AsObject().Sum(static pair => (double)pair.Value!), 6);

        // The same again, to the last digit; and not when the data is other data.
        Assert.True((bool)(await PostAsync($"/api/v1/explanations/{exact["id"]}/reproduce", "{}"))["reproduced"]!);
        await new BatchClient(_server).UploadAsync("risk/rows.csv", Encoding.UTF8.GetBytes(ExplanationServer.Rows().Replace("0.5,", "0.75,", StringComparison.Ordinal)));
        var differs = await PostAsync($"/api/v1/explanations/{exact["id"]}/reproduce", "{}");
        Assert.False((bool)differs["reproduced"]!);
        Assert.Contains("data_sha256", differs["differences"]!.AsArray().Select(static part => (string)part!));

        var page = await _server.Client.GetFromJsonAsync<JsonNode>("/api/v1/explanations?model=risk&limit=1", Cancel);
        Assert.Equal((string)exact["id"]!, (string)page!["explanations"]![0]!["id"]!);
        page = await _server.Client.GetFromJsonAsync<JsonNode>($"/api/v1/explanations?model=risk&limit=1&page_token={page["next_page_token"]}", Cancel);
        Assert.Equal((string)linear["id"]!, (string)page!["explanations"]![0]!["id"]!);
    }

    [Fact]
    public async Task What_cannot_be_explained_is_refused_with_the_reason()
    {
        var (status, body) = await _models.AskAsync("/api/v1/explanations", """{"model": "risk", "version": "1", "method": "magic", "rows": 0, "data": {}}""");
        Assert.Equal(400, status);
        Assert.Contains("'method' is 'magic'", body, StringComparison.Ordinal);
        Assert.Contains("'rows' is 0", body, StringComparison.Ordinal);

        var trees = await ReportAsync("tree");
        Assert.Equal("failed", (string)trees["state"]!);
        Assert.Equal("governance.method_not_possible", (string)trees["error_code"]!);
        await RecordedAsync("explanation.fail", trees);

        var unknown = await _models.AskAsync("/api/v1/explanations/0123", "{}");
        Assert.NotEqual(200, unknown.Status);
    }

    [Fact]
    public async Task Changes_are_found_that_turn_an_answer_and_keep_to_what_is_allowed()
    {
        await _models.RegisterOnnxAsync("loan", OnnxModels.Logistic(Weights, 0.1f), "a", "b", "c");
        var report = await explained.ReportAsync(new JsonObject
        {
            ["model"] = "loan",
            ["version"] = "1",
            ["rows"] = 20,
            ["background_rows"] = 40,
            ["surrogate"] = 2,
            ["counterfactual_rows"] = 2,
            ["counterfactuals"] = new JsonObject { ["goal"] = new JsonObject { ["class"] = 1 }, ["constraints"] = new JsonObject { ["a"] = new JsonObject { ["fixed"] = true } } },
            ["data"] = new JsonObject { ["files"] = new JsonArray("loan/rows.csv") },
        });
        var result = report["result"]!;
        Assert.InRange((double)result["surrogate"]!["r2"]!, 0.5, 1);
        Assert.InRange(result["surrogate"]!["rules"]!.AsArray().Count, 2, 4);
        Assert.Equal(1, result["surrogate"]!["rules"]!.AsArray().Sum(static rule => (double)rule!["share"]!), 9);
        var rows = ExplanationServer.Parsed();
        Assert.Equal(2, result["counterfactuals"]!.AsArray().Count);
        foreach (var one in result["counterfactuals"]!.AsArray())
            Turned(rows[(int)one!["row"]!], one, isAFixed: true);
        Assert.True((bool)(await PostAsync($"/api/v1/explanations/{report["id"]}/reproduce", "{}"))["reproduced"]!);

        const string Row = """{"model": "loan", "version": "1", "instances": [{"a": 0.1, "b": 1.9, "c": -0.4}], "spec": """;
        var answer = await PostAsync("/api/v1/explanations/counterfactuals", Row + """{"constraints": {"a": {"fixed": true}, "b": {"direction": "down"}}, "count": 2}}""");
        Turned([0.1, 1.9, -0.4], answer["rows"]![0]!, isAFixed: true);
        Assert.Equal(2, answer["rows"]![0]!["found"]!.AsArray().Count);
        Assert.Equal((string)report["id"]!, (string)answer["background"]!["explanation"]!);

        var none = (await PostAsync("/api/v1/explanations/counterfactuals", Row + """{"constraints": {"a": {"values": [0.2, 0.3]}, "b": {"fixed": true}, "c": {"fixed": true}}}}"""))["rows"]![0]!;
        Assert.Empty(none["found"]?.AsArray() ?? []);
        Assert.True((bool)none["exhaustive"]!);
        Assert.Equal("None exists: all 2 allowed combinations of values were tried.", (string)none["remark"]!);
        Assert.Equal(0.3, (double)none["best_tried"]!["changes"]![0]!["to"]!);

        var (status, body) = await _models.AskAsync("/api/v1/explanations/counterfactuals", Row + """{"constraints": {"d": {"fixed": true}}}}""");
        Assert.Equal((400, "governance.invalid_constraint"), (status, (string)JsonNode.Parse(body)!["code"]!));
        (status, body) = await _models.AskAsync("/api/v1/explanations/counterfactuals", Row + """{"count": 0}}""");
        Assert.Equal((400, "governance.invalid_counterfactuals"), (status, (string)JsonNode.Parse(body)!["code"]!));
    }

    [Fact]
    public async Task A_logged_prediction_is_explained_by_its_id()
    {
        await _models.RegisterOnnxAsync("logged", OnnxModels.Logistic(Weights, 0.1f));
        await explained.ReportAsync(new JsonObject
        {
            ["model"] = "logged",
            ["version"] = "1",
            ["rows"] = 5,
            ["effects"] = 0,
            ["surrogate"] = 0,
            ["features"] = new JsonArray("a", "b", "c"),
            ["data"] = new JsonObject { ["files"] = new JsonArray("loan/rows.csv") },
        });
        await _models.DeployAsync("production", "logged", $$$"""{"variants": [{{{ServingServer.Variant("logged", 1)}}}], "log": {}}""");
        await _models.DeployAsync("production", "terse", $$$"""{"variants": [{{{ServingServer.Variant("logged", 1)}}}], "log": {"inputs": false}}""");
        var (id, terse) = (await PredictAsync("logged"), await PredictAsync("terse"));

        var byId = "";
        await Eventually.HoldsAsync("the log has it", async () =>
        {
            (var status, byId) = await _models.AskAsync("/api/v1/explanations/instances", $$"""{"prediction_id": "{{id}}"}""");
            return status == 200;
        }, () => byId);
        var byRow = await PostAsync("/api/v1/explanations/instances", """{"model": "logged", "version": "1", "instances": [{"a": 0.25, "b": 1.5, "c": -0.5}]}""");
        Assert.Equal(byRow["explanations"]!.ToJsonString(), JsonNode.Parse(byId)!["explanations"]!.ToJsonString());
        Assert.Equal(id, (string)JsonNode.Parse(byId)!["prediction_id"]!);

        var refused = (Status: 0, Body: "");
        await Eventually.HoldsAsync("the log has the other", async () => (refused = await _models.AskAsync("/api/v1/explanations/instances", $$"""{"prediction_id": "{{terse}}"}""")).Status == 409, () => refused.Body);
        Assert.Equal("serving.inputs_not_logged", (string)JsonNode.Parse(refused.Body)!["code"]!);
        Assert.Equal(404, (await _models.AskAsync("/api/v1/explanations/instances", $$"""{"prediction_id": "{{Guid.CreateVersion7(TimeProvider.System.GetUtcNow()):N}}"}""")).Status);
        Assert.Equal(400, (await _models.AskAsync("/api/v1/explanations/instances", $$"""{"prediction_id": "{{id}}", "model": "logged"}""")).Status);
    }

    [Fact]
    public async Task A_report_that_is_made_can_be_ended()
    {
        var made = await PostAsync("/api/v1/explanations", """
            {"model": "risk", "version": "1", "label": "y", "features": ["a", "b", "c"], "repeats": 100,
             "data": {"query": "select random() a, random() b, random() c, i % 2 as y from range(190000) t(i)"}}
            """);
        var (early, body) = await _models.AskAsync($"/api/v1/explanations/{made["id"]}/reproduce", "{}");
        Assert.Equal((409, "governance.explanation_not_done"), (early, (string)JsonNode.Parse(body)!["code"]!));

        Assert.Equal("cancelled", (string)(await PostAsync($"/api/v1/explanations/{made["id"]}/cancel", "{}"))["state"]!);

        Assert.Equal("cancelled", (string)(await _server.Client.GetFromJsonAsync<JsonNode>($"/api/v1/explanations/{made["id"]}", Cancel))!["state"]!);
        (early, body) = await _models.AskAsync($"/api/v1/explanations/{made["id"]}/cancel", "{}");
        Assert.Equal((409, "governance.explanation_finished"), (early, (string)JsonNode.Parse(body)!["code"]!));
    }

    // The trail is written a moment later.
    private async Task RecordedAsync(string action, JsonNode report)
    {
        var trail = "";
        await Eventually.HoldsAsync($"{action} is in the trail", async () =>
        {
            trail = await _server.Client.GetStringAsync($"/api/v1/audit/entries?action={action}&object_kind=explanation&object={report["id"]}", Cancel);
            return trail.Contains((string)report["id"]!, StringComparison.Ordinal);
        }, () => trail);
    }

    // Each answer by the weights themselves.
    private static void Turned(double[] row, JsonNode one, bool isAFixed)
    {
        Assert.True(Margin(row) < 0);
        Assert.NotEmpty(one["found"]!.AsArray());
        foreach (var found in one["found"]!.AsArray())
        {
            var changed = (double[])row.Clone();
            foreach (var change in found!["changes"]!.AsArray())
                changed["abc".IndexOf((string)change!["feature"]!, StringComparison.Ordinal)] = (double)change["to"]!;
            Assert.True(Margin(changed) > 0);
            Assert.Equal(1 / (1 + Math.Exp(-Margin(changed))), (double)found["output"]!, 5);
            Assert.False(isAFixed && changed[0] != row[0]);
            Assert.True((double)found["cost"]! > 0);
        }
    }

    private static double Margin(double[] row) => row.Zip(Weights, static (value, weight) => value * weight).Sum() + 0.1;

    private async Task<string> PredictAsync(string deployment)
    {
        using var answer = await _server.Client.PostAsJsonAsync($"/v1/models/{deployment}:predict", new { instances = new[] { new[] { 0.25, 1.5, -0.5 } } }, Cancel);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancel));
        return answer.Headers.GetValues("X-Orrery-Prediction-Id").Single();
    }

    // φ = w (x - mean of the background), computed here from the background's places.
    private async Task SaysWeightsTimesDifferencesAsync(JsonNode report)
    {
        var places = report["result"]!["background"]!["places"]!.AsArray().Select(static place => (int)place!).ToList();
        var rows = ExplanationServer.Rows().Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(static line => line.Split(',').Take(3).Select(static cell => (float)double.Parse(cell, CultureInfo.InvariantCulture)).ToArray()).ToList();
        var (status, body) = await ExplainAsync();
        Assert.True(status == 200, body);
        var answer = JsonNode.Parse(body)!;
        var one = answer["explanations"]![0]!;
        float[] asked = [0.25f, 1.5f, -0.5f];
        for (var column = 0; column < 3; column++)
        {
            var expected = Weights[column] * (asked[column] - places.Average(place => (double)rows[place][column]));
            Assert.Equal(expected, (double)one["values"]!["abc"[column].ToString()]!, 9);
        }

        Assert.Equal("b", (string)one["reason_codes"]![0]!["feature"]!);
        Assert.Equal((string)report["id"]!, (string)answer["background"]!["explanation"]!);
        var tried = await _models.AskAsync("/api/v1/explanations/instances", """{"model": "risk", "version": "1", "instances": [{"a": 0.25, "b": 1.5, "c": -0.5}]}""");
        Assert.True(tried.Status == 200, tried.Body);
        Assert.Equal(one["values"]!.ToJsonString(), JsonNode.Parse(tried.Body)!["explanations"]![0]!["values"]!.ToJsonString());
    }

    private Task<(int Status, string Body)> ExplainAsync() => _models.AskAsync("/v1/models/risk:explain", """{"instances": [[0.25, 1.5, -0.5]]}""");

    private Task<JsonNode> ReportAsync(string method) => explained.ReportAsync(new JsonObject
    {
        ["model"] = "risk",
        ["version"] = "1",
        ["method"] = method,
        ["label"] = "y",
        ["features"] = new JsonArray("a", "b", "c"),
        ["rows"] = 20,
        ["background_rows"] = 10,
        ["data"] = new JsonObject { ["files"] = new JsonArray("risk/rows.csv") },
    });

    private Task<JsonNode> PostAsync(string path, string json) => explained.PostAsync(path, json);
}
