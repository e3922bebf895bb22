using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>Reports of a version, and explanations of its predictions, over HTTP.</summary>
public sealed class ExplanationTests : IAsyncLifetime
{
    private static readonly float[] Weights = [0.8f, -1.5f, 0.4f];

    private ServerProcess _server = null!;
    private ServingServer _models = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = await ServerProcess.StartAsync();
        _models = new(_server);
        await _models.RegisterOnnxAsync("risk", OnnxModels.Logistic(Weights, 0.1f));
        await _models.DeployAsync("production", "risk", ServingServer.Spec(ServingServer.Variant("risk", 1)));
        await new BatchClient(_server).UploadAsync("risk/rows.csv", Encoding.UTF8.GetBytes(Rows()));
    }

    public async ValueTask DisposeAsync() => await _server.DisposeAsync();

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
        await new BatchClient(_server).UploadAsync("risk/rows.csv", Encoding.UTF8.GetBytes(Rows().Replace("0.5,", "0.75,", StringComparison.Ordinal)));
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

        var unknown = await _models.AskAsync("/api/v1/explanations/0123", "{}");
        Assert.NotEqual(200, unknown.Status);
    }

    // φ = w (x - mean of the background), computed here from the background's places.
    private async Task SaysWeightsTimesDifferencesAsync(JsonNode report)
    {
        var places = report["result"]!["background"]!["places"]!.AsArray().Select(static place => (int)place!).ToList();
        var rows = Rows().Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(static line => line.Split(',').Take(3).Select(static cell => (float)double.Parse(cell, CultureInfo.InvariantCulture)).ToArray()).ToList();
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

    private async Task<JsonNode> ReportAsync(string method)
    {
        var made = await PostAsync("/api/v1/explanations", JsonSerializer.Serialize(new
        {
            model = "risk",
            version = "1",
            method,
            label = "y",
            features = new[] { "a", "b", "c" },
            rows = 20,
            background_rows = 10,
            data = new { files = new[] { "risk/rows.csv" } },
        }));
        JsonNode? report = null;
        await Eventually.HoldsAsync("the report is made", async () =>
        {
            report = await _server.Client.GetFromJsonAsync<JsonNode>($"/api/v1/explanations/{made["id"]}", Cancel);
            return (string)report!["state"]! != "running";
        }, () => report?.ToJsonString() ?? "nothing");
        return report!;
    }

    private async Task<JsonNode> PostAsync(string path, string json)
    {
        var (status, body) = await _models.AskAsync(path, json);
        Assert.True(status is 200 or 202, $"{status}: {body}");
        return JsonNode.Parse(body)!;
    }

    private static string Rows()
    {
        var random = new Random(1);
        var text = new StringBuilder("a,b,c,y\n");
        for (var row = 0; row < 60; row++)
        {
            var values = new[] { row == 0 ? 0.5 : random.NextDouble(), random.NextDouble() * 2, random.NextDouble() - 0.5 };
            var margin = (0.8 * values[0]) - (1.5 * values[1]) + (0.4 * values[2]) + 0.7;
            text.AppendLine(CultureInfo.InvariantCulture, $"{values[0]},{values[1]},{values[2]},{(margin > 0 ? 1 : 0)}");
        }

        return text.Replace("\r", "").ToString();
    }
}
