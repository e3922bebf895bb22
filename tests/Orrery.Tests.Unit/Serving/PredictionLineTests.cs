using System.Text;
using Orrery.Contracts;
using Orrery.Serving;
using Xunit;

namespace Orrery.Tests.Unit.Serving;

/// <summary>The line of text for each prediction.</summary>
public sealed class PredictionLineTests : IDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
    private readonly ServingParts _parts;

    public PredictionLineTests() => _parts = new(new() { PredictionLines = _path });

    public void Dispose()
    {
        _parts.Dispose();
        File.Delete(_path);
    }

    [Fact]
    public async Task It_is_written_for_every_prediction_whether_it_is_logged_or_not()
    {
        var deployment = _parts.Deployment(new DeploymentSpec { Variants = [ServingParts.Variant("stable", 1, version: 2)] });
        var call = new InferenceCall();
        call.Output("churn_probability", DataType.FP32, 1).Add(0.72f);
        _parts.Log.Offer(deployment, deployment.Answering[0], call, _parts.Facts(entity: "customer_id=123", milliseconds: 95.2));
        await _parts.Log.DrainAsync(closeAll: false, TestContext.Current.CancellationToken);

        Assert.Equal(
            "2026-11-05T08:00:00.000Z INFO [model=churn-predictor v=2] Prediction: customer_id=123, churn_probability=0.72, latency=95ms\n",
            await File.ReadAllTextAsync(_path, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Several_outputs_and_rows_fit_in_a_line()
    {
        Assert.Equal("label=1, probabilities=[0.25, 0.75], latency=0.31ms", Tail(ServingParts.Call([1], 1, 0.25f, 0.75f), 0.314));

        var text = new InferenceCall();
        text.Output("class", DataType.BYTES, 1).AddText("two\nlines"u8);
        Assert.Equal("class=two lines, latency=2ms", Tail(text, 2));

        var rows = Wire.V2("""{"inputs": [{"name": "x", "shape": [3], "datatype": "FP32", "data": [1, 2, 3]}]}""");
        rows.Output("y", DataType.FP32, 3);
        Assert.Equal("rows=3, latency=12ms", Tail(rows, 12));
    }

    private string Tail(InferenceCall call, double milliseconds)
    {
        var deployment = _parts.Deployment(new DeploymentSpec { Variants = [ServingParts.Variant("stable", 1)] });
        var entry = new LogEntry();
        entry.Fill(deployment, deployment.Answering[0], call, _parts.Facts(milliseconds: milliseconds), isKept: false, comparison: null, bytes: 0);
        var line = new StringBuilder();
        PredictionLines.Format(line, entry);
        return line.ToString().Split("Prediction: ")[1];
    }
}
