using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Orrery.Client;
using Orrery.Contracts;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>Evaluations of registered versions on a real server.</summary>
public sealed partial class VersionEvaluationTests(VersionEvaluationServer server) : IClassFixture<VersionEvaluationServer>, IDisposable
{
    private static readonly EvaluationSpec Spec = new()
    {
        Model = "churn",
        Version = "1",
        Data = new() { Files = ["evaluation/rows.parquet"] },
        Label = "churned",
        Task = "binary",
        Slices = ["contract"],
        Sensitive = ["female"],
        Privileged = new Dictionary<string, string> { ["female"] = "false" },
        Resamples = 100,
    };

    private readonly OrreryClient _client = new(server.Process.BaseAddress);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _client.Dispose();

    [Fact]
    public async Task A_version_is_scored_and_measured_and_the_same_again_gives_the_same_result()
    {
        var one = await RunAsync(Spec);
        var result = one.Result!;
        var rows = Truth().ToList();
        Assert.Equal((rows.Count, 612 - rows.Count), (result.Rows, result.RowsWithoutLabel));
        Assert.Equal(["no", "yes"], result.Classes);
        Assert.Equal(rows.Count(static row => row.Yes == row.Probability >= 0.5) / (double)rows.Count, Metric(result.Metrics, "accuracy").Value!.Value, 1e-12);
        Assert.Equal(rows.Average(static row => Math.Pow(row.Probability - (row.Yes ? 1 : 0), 2)), Metric(result.Metrics, "brier").Value!.Value, 1e-6);
        var (ups, downs) = (rows.Where(static row => row.Yes).ToList(), rows.Where(static row => !row.Yes).ToList());
        var area = ups.Sum(up => downs.Sum(down => up.Probability > down.Probability ? 1 : up.Probability == down.Probability ? 0.5 : 0)) / ((double)ups.Count * downs.Count);
        var auc = Metric(result.Metrics, "auc");
        Assert.Equal(area, auc.Value!.Value, 1e-3);
        Assert.Equal("delong", auc.Method);
        Assert.InRange(area, auc.Lower!.Value, auc.Upper!.Value);
        Assert.Equal(rows.Count, result.Confusion.Sum(static row => row.Sum()));
        Assert.Equal(["roc", "precision_recall", "threshold", "lift", "calibration"], result.Curves.Select(static curve => curve.Name));

        Assert.Equal(["monthly", "weekly", "yearly"], result.Slices.Select(static slice => slice.Value));
        var small = result.Slices[1];
        Assert.Equal((10, "10 rows; 30 are needed"), (small.Rows, small.Undefined));
        Assert.Empty(small.Metrics);
        var fairness = Assert.Single(result.Fairness);
        Assert.Equal(["false", "true"], fairness.Groups.Select(static group => group.Value));
        Assert.NotNull(fairness.Metrics.Single(static metric => metric.Name == "demographic_parity_ratio").Value);
        Assert.NotEmpty(fairness.Groups[1].ToPrivileged);

        var again = await RunAsync(Spec);
        Assert.NotEqual(one.Id, again.Id);
        Assert.Equal((one.ResultSha256, one.DataSha256, one.ModelSha256), (again.ResultSha256, again.DataSha256, again.ModelSha256));
        Assert.NotEqual(one.ResultSha256, (await RunAsync(Spec with { Seed = 2 })).ResultSha256);

        var csv = await RunAsync(Spec with { Data = new() { Files = ["evaluation/rows.csv"] }, Resamples = 0 });
        Assert.Equal(Metric(result.Metrics, "auc").Value, Metric(csv.Result!.Metrics, "auc").Value);

        var lineage = (await server.Process.Client.GetFromJsonAsync<JsonNode>($"/api/v1/lineage/graph?node=report:evaluation/{one.Id}&direction=up&depth=1", Cancel))!["nodes"]!.AsArray();
        Assert.Equal(["dataset:file|evaluation/rows.parquet", "model_version"], lineage.Skip(1).Select(static node => (string)node!["kind"]! == "dataset" ? (string)node["id"]! : (string)node["kind"]!).Order(StringComparer.Ordinal));

        var listed = await _client.Evaluations.ListPageAsync("churn", "1", 1000, null, Cancel);
        Assert.Contains(listed.Evaluations, other => other.Id == one.Id && other.Result is null);
        Assert.Equal("governance.evaluation_finished", (await Assert.ThrowsAsync<OrreryApiException>(() => _client.Evaluations.CancelAsync(one.Id, Cancel))).ErrorCode);
    }

    [Fact]
    public async Task Gates_pass_or_fail_and_one_on_an_undefined_metric_fails_unless_told_otherwise()
    {
        var spec = Spec with { Gates = ["auc >= 0.5", "auc >= 0.999", "accuracy@contract=weekly >= 0.1", "demographic_parity_ratio(female) >= 0.01"] };
        var one = await RunAsync(spec);
        Assert.False(one.Passed);
        Assert.Equal(["passed", "failed", "failed", "passed"], one.Result!.Gates.Select(static gate => gate.Outcome));
        Assert.Equal("accuracy is undefined: contract=weekly: 10 rows; 30 are needed", one.Result.Gates[2].Reason);
        var other = await RunAsync(spec with { Gates = [spec.Gates[0], spec.Gates[2]], OnUndefined = "ignore" });
        Assert.True(other.Passed);
        Assert.Equal("ignored", other.Result!.Gates[1].Outcome);
    }

    [Fact]
    public async Task A_version_is_compared_with_a_baseline_and_with_the_one_in_production()
    {
        using var staged = await server.Process.Client.PostAsJsonAsync("/api/2.0/mlflow/model-versions/transition-stage", new { name = "churn", version = "2", stage = "Production" }, Cancel);
        Assert.Equal(HttpStatusCode.OK, staged.StatusCode);
        var one = await RunAsync(Spec with { Baseline = "2", Gates = ["delta.auc >= -1"] });
        Assert.Equal([("baseline", "2"), ("production", "2")], one.Result!.Comparisons.Select(static other => (other.Against, other.Version)));
        var metrics = one.Result.Comparisons[0].Metrics;
        var auc = metrics.Single(static metric => metric.Name == "auc");
        Assert.Equal(Metric(one.Result.Metrics, "auc").Value!.Value, auc.Value!.Value, 1e-9);
        Assert.Equal(("delong", true), (auc.Test, auc.AdjustedPValue >= auc.PValue));
        Assert.StartsWith("mcnemar", metrics.Single(static metric => metric.Name == "accuracy").Test, StringComparison.Ordinal);
        Assert.True(one.Passed);
        Assert.Empty((await RunAsync(Spec with { CompareProduction = false })).Result!.Comparisons);
    }

    [Fact]
    public async Task What_is_asked_wrongly_is_refused_and_what_the_data_lacks_fails_with_the_reason()
    {
        var refused = await Assert.ThrowsAsync<OrreryApiException>(() => _client.Evaluations.CreateAsync(Spec with { Gates = ["auk >= 0.8"] }, Cancel));
        Assert.Equal("governance.invalid_evaluation", refused.ErrorCode);
        Assert.Contains("'auk'", refused.Message, StringComparison.Ordinal);
        Assert.Equal("registry.version_not_found", (await Assert.ThrowsAsync<OrreryApiException>(() => _client.Evaluations.CreateAsync(Spec with { Version = "9" }, Cancel))).ErrorCode);
        Assert.Equal("governance.evaluation_not_found", (await Assert.ThrowsAsync<OrreryApiException>(() => _client.Evaluations.GetAsync("none", Cancel))).ErrorCode);

        var lacking = await EndAsync(await _client.Evaluations.CreateAsync(Spec with { Slices = ["region"] }, Cancel));
        Assert.Equal(("failed", "governance.evaluation_data"), (lacking.State, lacking.ErrorCode));
        Assert.Contains("'region'", lacking.Error, StringComparison.Ordinal);
        var several = await EndAsync(await _client.Evaluations.CreateAsync(Spec with { Label = "contract", Slices = [] }, Cancel));
        Assert.Contains("has 3 values", several.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("monthly", several.Error, StringComparison.Ordinal);
        Assert.Equal("governance.invalid_evaluation", (await Assert.ThrowsAsync<OrreryApiException>(() => _client.Evaluations.CreateAsync(Spec with { Baseline = "1" }, Cancel))).ErrorCode);
        var told = await EndAsync(await _client.Evaluations.CreateAsync(Spec with { Label = "tenure", Task = "regression" }, Cancel));
        Assert.Contains("takes the label 'tenure' as an input", told.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Metrics_and_files_go_to_the_versions_run()
    {
        using var created = await server.Process.Client.PostAsJsonAsync("/api/2.0/mlflow/runs/create", new { experiment_id = "0" }, Cancel);
        var run = (string)(await created.Content.ReadFromJsonAsync<JsonNode>(Cancel))!["run"]!["info"]!["run_id"]!;
        await server.Models.RegisterOnnxAsync("exported", OnnxModels.Logistic([0.3f, -0.7f], 0.1f), "tenure", "charges");
        var source = (await server.Process.Client.GetFromJsonAsync<JsonNode>("/api/2.0/mlflow/model-versions/get?name=exported&version=1", Cancel))!["model_version"]!["source"]!;
        using var made = await server.Process.Client.PostAsJsonAsync("/api/2.0/mlflow/model-versions/create", new { name = "exported", source = (string)source!, run_id = run }, Cancel);
        Assert.Equal(HttpStatusCode.OK, made.StatusCode);
        await Eventually.HoldsAsync("the package", async () => (await server.Process.Client.GetAsync("/api/v1/models/exported/versions/2/package", Cancel)).StatusCode is HttpStatusCode.OK);

        var one = await RunAsync(Spec with { Model = "exported", Version = "2" });
        Assert.Empty(one.Result!.Notes);
        // Only what is kept is written, so that it comes after.
        await Eventually.HoldsAsync("the export", async () => ((await server.Process.Client.GetFromJsonAsync<JsonNode>($"/api/2.0/mlflow/runs/get?run_id={run}", Cancel))!["run"]!["data"]!["metrics"]?.AsArray().Count ?? 0) > 0);
        var points = (await server.Process.Client.GetFromJsonAsync<JsonNode>($"/api/2.0/mlflow/metrics/get-history?run_id={run}&metric_key=evaluation/auc", Cancel))!["metrics"]!.AsArray();
        Assert.Equal(one.FinishedAt!.Value.ToUnixTimeMilliseconds(), (long)Assert.Single(points)!["timestamp"]!);
        var metrics = (await server.Process.Client.GetFromJsonAsync<JsonNode>($"/api/2.0/mlflow/runs/get?run_id={run}", Cancel))!["run"]!["data"]!["metrics"]!.AsArray();
        Assert.Equal(Metric(one.Result.Metrics, "auc").Value, (double?)metrics.Single(static metric => (string)metric!["key"]! == "evaluation/auc")!["value"]);
        var files = (await server.Process.Client.GetFromJsonAsync<JsonNode>($"/api/2.0/mlflow/artifacts/list?run_id={run}&path=evaluations/{one.Id}", Cancel))!["files"]!.AsArray()
            .Select(static file => Path.GetFileName((string)file!["path"]!)).ToList();
        Assert.Superset(new HashSet<string> { "result.json", "metrics.csv", "slices.csv", "fairness.csv", "roc.csv", "roc.svg", "lift.svg", "confusion.svg", "slices_auc.svg", "report.html" }, files.ToHashSet());
    }

    [Fact]
    public async Task A_regression_and_several_classes_are_evaluated_too()
    {
        await server.Models.RegisterOnnxAsync("spend", OnnxModels.Identity(1, -1));
        var regression = await RunAsync(Spec with { Model = "spend", Task = "regression", Label = "spend", Features = ["tenure"], Resamples = 50, Privileged = new Dictionary<string, string>() });
        var rows = Enumerable.Range(0, 612).Select(static i => (i % 97 / 7.0 * 1) - ((i % 97 / 7.0 * 2) + (i % 5))).ToList();
        Assert.Equal(rows.Average(Math.Abs), Metric(regression.Result!.Metrics, "mae").Value!.Value, 1e-5);
        Assert.Equal(Math.Sqrt(rows.Average(static error => error * error)), Metric(regression.Result.Metrics, "rmse").Value!.Value, 1e-5);
        Assert.NotNull(regression.Result.Fairness.Single().Metrics.Single(static metric => metric.Name == "mae_difference").Value);

        var classes = await RunAsync(Spec with { Task = "multiclass", Positive = "yes", Resamples = 50 });
        Assert.Equal(2, classes.Result!.PerClass.Count);
        var binary = await RunAsync(Spec with { Resamples = 0 });
        Assert.Equal(Metric(binary.Result!.Metrics, "f1_macro").Value!.Value, Metric(classes.Result.Metrics, "f1_macro").Value!.Value, 1e-12);
        Assert.Equal(Metric(binary.Result.Metrics, "auc").Value!.Value, Metric(classes.Result.Metrics, "auc_ovr_macro").Value!.Value, 1e-6);
    }

    [Fact]
    public async Task The_verb_shows_the_metrics_and_its_exit_code_tells_whether_the_gates_hold()
    {
        string[] arguments = ["evaluate", "churn", "1", "--data", "evaluation/rows.parquet", "--label", "churned", "--task", "binary", "--slices", "contract", "--sensitive", "female", "--resamples", "20"];
        var good = await Mlops.RunAsync(server.Process, Cancel, [.. arguments, "--gate", "auc >= 0.5"]);
        Assert.True(good.ExitCode == 0, good.Error);
        Assert.Contains("auc", good.Out, StringComparison.Ordinal);
        Assert.Contains("Fairness over female", good.Out, StringComparison.Ordinal);
        var bad = await Mlops.RunAsync(server.Process, Cancel, [.. arguments, "--gate", "auc >= 0.999", "--json"]);
        Assert.Equal(1, bad.ExitCode);
        Assert.False(JsonSerializer.Deserialize(bad.Out, OrreryJson.TypeOf<Evaluation>())!.Passed);
    }

    private static IEnumerable<(bool Yes, double Probability)> Truth() => Enumerable.Range(0, 612).Where(static i => i % 7 != 0).Select(static i =>
    {
        var probability = 1 / (1 + Math.Exp(-((0.3 * (i % 97 / 7.0)) - (0.7 * (i * 31 % 89 / 11.0)) + 0.1)));
        return (i * 13 % 101 / 101.0 < probability, probability);
    });

    private static EvaluationMetric Metric(IReadOnlyList<EvaluationMetric> metrics, string name) => metrics.Single(one => one.Name == name);

    private async Task<Evaluation> RunAsync(EvaluationSpec spec)
    {
        var ended = await EndAsync(await _client.Evaluations.CreateAsync(spec, Cancel));
        Assert.True(ended.State == "succeeded", $"{ended.ErrorCode}: {ended.Error}");
        return ended;
    }

    private async Task<Evaluation> EndAsync(Evaluation evaluation)
    {
        await Eventually.HoldsAsync("the evaluation ends", async () => (evaluation = await _client.Evaluations.GetAsync(evaluation.Id, Cancel)).State is "succeeded" or "failed", () => $"{evaluation.State}: {evaluation.Error}");
        return evaluation;
    }
}
