using System.Text.Json;
using Orrery.Contracts;
using Xunit;

namespace Orrery.Tests.Unit;

public sealed class OrreryJsonTests
{
    [Theory]
    [InlineData(double.NaN, "\"NaN\"")]
    [InlineData(double.PositiveInfinity, "\"Infinity\"")]
    [InlineData(double.NegativeInfinity, "\"-Infinity\"")]
    [InlineData(0.25, "0.25")]
    public void A_metric_value_travels_as_mlflow_writes_it(double value, string json)
    {
        var text = JsonSerializer.Serialize(new Metric("m", value, 5), OrreryJson.Options);

        Assert.Equal($$"""{"key":"m","value":{{json}},"timestamp":5,"step":0}""", text);
        Assert.Equal(value, JsonSerializer.Deserialize(text, OrreryJson.TypeOf<Metric>())!.Value);
    }

    [Fact]
    public void Whole_numbers_are_read_from_numbers_and_from_strings()
    {
        var metric = JsonSerializer.Deserialize("""{"key":"m","value":"1.5","timestamp":"5","step":7}""", OrreryJson.TypeOf<Metric>())!;

        Assert.Equal(new Metric("m", 1.5, 5, 7), metric);
    }

    [Fact]
    public void Unset_fields_and_empty_lists_are_omitted()
    {
        Assert.Equal("{}", JsonSerializer.Serialize(new RunPage(), OrreryJson.Options));
        Assert.Equal("""{"name":"x"}""", JsonSerializer.Serialize(new CreateExperiment { Name = "x" }, OrreryJson.Options));
    }

    [Fact]
    public void A_run_recorded_from_mlflow_is_read_whole()
    {
        const string recorded = """
            {"run": {"info": {"run_uuid": "3b46", "experiment_id": "1", "run_name": "r1", "user_id": "u", "status": "FINISHED",
            "start_time": 1000, "artifact_uri": "mlflow-artifacts:/1/3b46/artifacts", "lifecycle_stage": "deleted", "run_id": "3b46"},
            "data": {"metrics": [{"key": "m", "value": "NaN", "timestamp": 5, "step": 0}], "tags": [{"key": "t", "value": "v"}]}, "inputs": {}}}
            """;

        var run = JsonSerializer.Deserialize(recorded, OrreryJson.TypeOf<RunAnswer>())!.Run;

        Assert.Equal("3b46", run.Info.RunId);
        Assert.Equal(RunStatus.Finished, run.Info.Status);
        Assert.Equal(LifecycleStage.Deleted, run.Info.LifecycleStage);
        Assert.Null(run.Info.EndTime);
        Assert.True(double.IsNaN(Assert.Single(run.Data.Metrics).Value));
        Assert.Equal(new Tag("t", "v"), Assert.Single(run.Data.Tags));
        Assert.Empty(run.Data.Params);
        Assert.Empty(run.Inputs.DatasetInputs);
        Assert.Null(run.Outputs);
    }

    [Fact]
    public void What_the_sender_left_out_is_null_or_empty()
    {
        var gc = JsonSerializer.Deserialize("{}", OrreryJson.TypeOf<GcRequest>())!;

        Assert.Null(gc.OlderThan);
        Assert.Empty(gc.ExperimentIds);
        Assert.True(JsonSerializer.Deserialize("""{"field_name":"name"}""", OrreryJson.TypeOf<LoggedModelOrder>())!.Ascending);
        var info = JsonSerializer.Deserialize("""{"run_id":"a","experiment_id":"0"}""", OrreryJson.TypeOf<RunInfo>())!;
        Assert.Equal(RunStatus.Running, info.Status);
        Assert.Equal(LifecycleStage.Active, info.LifecycleStage);
    }

    [Theory]
    [InlineData("P30D", 30 * 24)]
    [InlineData("PT12H", 12)]
    [InlineData("P1DT1H", 25)]
    public void Durations_are_iso_8601(string text, int hours)
    {
        var gc = JsonSerializer.Deserialize($$"""{"older_than":"{{text}}"}""", OrreryJson.TypeOf<GcRequest>())!;

        Assert.Equal(TimeSpan.FromHours(hours), gc.OlderThan);
        Assert.Contains($"\"older_than\":\"{text}\"", JsonSerializer.Serialize(gc, OrreryJson.Options), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("P1M")]
    [InlineData("P1Y")]
    [InlineData("30 days")]
    [InlineData("")]
    public void Durations_of_no_fixed_length_are_refused(string text) =>
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize($$"""{"older_than":"{{text}}"}""", OrreryJson.TypeOf<GcRequest>()));

    [Fact]
    public void A_missing_required_field_is_refused() =>
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize("{}", OrreryJson.TypeOf<ImportExperiment>()));

    [Fact]
    public void Nulls_inside_a_comparison_survive()
    {
        var text = JsonSerializer.Serialize(new ComparedMetric("auc", [0.5, null, double.NaN], Differs: true), OrreryJson.Options);

        Assert.Equal("""{"key":"auc","values":[0.5,null,"NaN"],"differs":true}""", text);
    }
}
