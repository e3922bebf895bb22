using System.Net.Http.Json;
using Orrery.Client;
using Orrery.Contracts;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <content>What evaluations must show before production.</content>
public sealed partial class VersionEvaluationTests
{
    [Fact]
    public async Task A_version_goes_to_production_by_stage_or_alias_only_when_its_evaluations_show_what_the_model_needs()
    {
        await server.Models.RegisterOnnxAsync("gated", OnnxModels.Logistic([0.3f, -0.7f], 0.1f), "tenure", "charges");
        var gates = new EvaluationGates { Gates = ["auc >= 0.5", "demographic_parity_difference(female) <= 0.9"], MaxAgeDays = 30, MinRows = 100, Sources = ["evaluation/rows.parquet"] };
        var set = await _client.Evaluations.SetGatesAsync("gated", gates, Cancel);
        Assert.NotNull(set.SetBy);
        Assert.Equal(gates.Gates, (await _client.Evaluations.GetGatesAsync("gated", Cancel)).Gates);

        var (status, told) = await StageAsync("gated");
        Assert.Equal(409, status);
        Assert.Contains("no evaluation of the last 30 days on evaluation/rows.parquet with 100 rows or more", told, StringComparison.Ordinal);
        Assert.Contains("mlops evaluate gated 1 --data evaluation/rows.parquet --label COLUMN --task TASK --sensitive female", told, StringComparison.Ordinal);
        Assert.Equal(409, (await AliasAsync("gated", "Production")).Status);
        Assert.Equal(200, (await AliasAsync("gated", "champion")).Status);

        // On other rows, and without the protected attribute: neither is what is asked for.
        await RunAsync(Spec with { Model = "gated", Data = new() { Files = ["evaluation/rows.csv"] }, Resamples = 0 });
        Assert.Contains("no evaluation", (await StageAsync("gated")).Body, StringComparison.Ordinal);
        await RunAsync(Spec with { Model = "gated", Sensitive = [], Privileged = new Dictionary<string, string>(), Resamples = 0 });
        Assert.Contains("'female', which is not looked at", (await AliasAsync("gated", "production")).Body, StringComparison.Ordinal);

        var good = await RunAsync(Spec with { Model = "gated", Resamples = 0 });
        var check = await _client.Evaluations.CheckGatesAsync("gated", "1", Cancel);
        Assert.Equal((true, good.Id), (check.Passed, check.EvaluationId));
        Assert.Equal(200, (await AliasAsync("gated", "production")).Status);
        Assert.Equal(200, (await StageAsync("gated")).Status);

        await _client.Evaluations.SetGatesAsync("gated", gates with { Gates = ["auc >= 0.999"] }, Cancel);
        var auc = Metric(good.Result!.Metrics, "auc").Value!.Value;
        var (refused, why) = await StageAsync("gated");
        Assert.Equal(409, refused);
        Assert.Contains($"{good.Id} fails auc >= 0.999 (it is {auc.ToString("G6", System.Globalization.CultureInfo.InvariantCulture)})", why, StringComparison.Ordinal);
        var verb = await Mlops.RunAsync(server.Process, Cancel, "evaluations", "gates", "check", "gated", "1");
        Assert.Equal(1, verb.ExitCode);
        Assert.Contains("failed   auc >= 0.999", verb.Out, StringComparison.Ordinal);

        // Pinned to an evaluation: another class to look for does not count, the same again does.
        var pinned = await _client.Evaluations.SetGatesAsync("gated", new() { Gates = ["auc >= 0.5"], Reference = good.Id }, Cancel);
        Assert.Equal(("churned", "binary", 1), (pinned.Pinned!.Label, pinned.Pinned.Task, pinned.Pinned.SourceSha256!.Count));
        Assert.Equal("churned", (await _client.Evaluations.GetGatesAsync("gated", Cancel)).Pinned!.Label);
        await RunAsync(Spec with { Model = "gated", Resamples = 0, Positive = "no" });
        Assert.Equal((true, good.Id), ((await _client.Evaluations.CheckGatesAsync("gated", "1", Cancel)).Passed, (await _client.Evaluations.CheckGatesAsync("gated", "1", Cancel)).EvaluationId));

        Assert.Equal("governance.invalid_gates", (await Assert.ThrowsAsync<OrreryApiException>(() => _client.Evaluations.SetGatesAsync("gated", new() { Gates = ["auk >= 1"] }, Cancel))).ErrorCode);
        Assert.Equal(0, (await Mlops.RunAsync(server.Process, Cancel, "evaluations", "gates", "clear", "gated", "--yes")).ExitCode);
        Assert.Equal(200, (await StageAsync("gated")).Status);
    }

    [Fact]
    public async Task Corrected_intervals_and_a_page_are_given_on_request()
    {
        var one = await RunAsync(Spec with { Interval = "bca", Baseline = "2" });
        Assert.Equal("bca", Metric(one.Result!.Metrics, "f1").Method);
        Assert.Equal("bca", Metric(one.Result.Slices[0].Metrics, "f1").Method);
        var precision = one.Result.Comparisons[0].Metrics.Single(static metric => metric.Name == "average_precision");
        Assert.Equal("paired_bootstrap_normal", precision.Test);
        Assert.InRange(precision.Difference!.Value, precision.Lower!.Value, precision.Upper!.Value);
        Assert.Contains("<h2>Fairness over female</h2>", await _client.Evaluations.ReportAsync(one.Id, Cancel), StringComparison.Ordinal);
        Assert.Equal("governance.invalid_evaluation", (await Assert.ThrowsAsync<OrreryApiException>(() => _client.Evaluations.CreateAsync(Spec with { Interval = "exact" }, Cancel))).ErrorCode);
    }

    private Task<(int Status, string Body)> StageAsync(string model) => PostAsync("model-versions/transition-stage", new { name = model, version = "1", stage = "Production" });

    private Task<(int Status, string Body)> AliasAsync(string model, string alias) => PostAsync("registered-models/alias", new { name = model, alias, version = "1" });

    private async Task<(int Status, string Body)> PostAsync(string path, object body)
    {
        using var answer = await server.Process.Client.PostAsJsonAsync("/api/2.0/mlflow/" + path, body, Cancel);
        return ((int)answer.StatusCode, System.Text.Json.Nodes.JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancel)) is { } read ? (string?)read["message"] ?? "" : "");
    }
}
