using Orrery.Contracts;
using Orrery.Serving;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Unit.Serving;

/// <summary>Shadows: asked after the answer, compared, never in anybody's way.</summary>
public sealed class ShadowTests : IDisposable
{
    private readonly ServingParts _parts = new(new() { ShadowQueue = 4 });
    private readonly Measured _outcomes;

    public ShadowTests() => _outcomes = new(_parts.Metrics, "outcome");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _outcomes.Dispose();
        _parts.Dispose();
    }

    [Fact]
    public async Task A_shadow_is_compared_and_logged_beside_the_answer()
    {
        _parts.Install("churn-predictor", 2, OnnxModels.Logistic([1f, -1f], 0));
        var deployment = Deployment();
        using var results = new Measured(_parts.Metrics, "result");
        using var differences = new Measured(_parts.Metrics, "variant");
        var facts = _parts.Facts("ann");
        var call = ServingParts.Call([3, 3], 1, 0.25f, 0.75f);
        _parts.Log.Offer(deployment, deployment.Answering[0], call, facts);
        _parts.Shadows.Offer(deployment, call, facts);
        // The caller's memory is another's by the time that the shadow answers.
        call.Reset();
        await RunAsync(() => _outcomes["model.shadow.predictions", "ok"] >= 1);
        await _parts.Log.DrainAsync(closeAll: true, Cancel);

        Assert.Equal(0.25, differences["model.shadow.difference", "shadow"], 6);
        Assert.Equal((0, 1), (results["model.shadow.labels", "equal"], results["model.shadow.labels", "different"]));
        var rows = await _parts.Reading.FindAsync(ServingParts.Key.Workspace, new LogQuery(facts.At.ToUnixTimeMilliseconds(), facts.At.ToUnixTimeMilliseconds(), Id: facts.Id.ToString("N")), Cancel);
        Assert.Equal([("stable", false), ("shadow", true)], rows.OrderBy(static row => row.Shadow).Select(static row => (row.Variant, row.Shadow)));
        var shadow = rows.Single(static row => row.Shadow);
        Assert.Equal("""{"label":0,"probabilities":[0.5,0.5]}""", shadow.Outputs?.GetRawText());
        Assert.Equal((0.25, 0.0), (shadow.Difference, shadow.LabelsEqual));
    }

    [Fact]
    public async Task What_shadows_do_not_keep_up_with_is_dropped_and_counted()
    {
        _parts.Install("churn-predictor", 2, OnnxModels.Logistic([1f, -1f], 0));
        var deployment = Deployment();
        for (var index = 0; index < 10; index++)
            _parts.Shadows.Offer(deployment, ServingParts.Call([3, 3], 1, 0.25f, 0.75f), _parts.Facts());
        Assert.Equal(6, _outcomes["model.shadow.predictions", "dropped"]);
        Assert.Equal(4, _parts.Shadows.CountWaiting());

        await RunAsync(() => _outcomes["model.shadow.predictions", "ok"] >= 4);
        Assert.Equal(0, _parts.Shadows.CountWaiting());
    }

    [Fact]
    public async Task A_shadow_that_fails_counts_and_the_next_is_asked()
    {
        // It takes two features and is given three; and of another there is no file.
        _parts.Install("churn-predictor", 2, OnnxModels.Logistic([1f, -1f], 0));
        _parts.Shadows.Offer(Deployment(), ServingParts.Call([1, 2, 3], 1, 0.25f, 0.75f), _parts.Facts());
        _parts.Shadows.Offer(Deployment(version: 9), ServingParts.Call([1, 2], 1, 0.25f, 0.75f), _parts.Facts());
        _parts.Shadows.Offer(Deployment(), ServingParts.Call([1, 2], 1, 0.25f, 0.75f), _parts.Facts());

        await RunAsync(() => _outcomes["model.shadow.predictions", "ok"] >= 1);
        Assert.Equal(2, _outcomes["model.shadow.predictions", "failed"]);
    }

    [Fact]
    public void A_shadow_sees_its_share()
    {
        using var parts = new ServingParts(new() { ShadowQueue = 100_000 });
        var deployment = parts.Deployment(new() { Variants = [ServingParts.Variant("stable", 1), Shadow(2) with { ShadowPercent = 25 }] });
        var call = ServingParts.Call([1], 0, 1);
        for (var index = 0; index < 100_000; index++)
            parts.Shadows.Offer(deployment, call, parts.Facts());

        var (least, most) = Binomial.Bounds(100_000, 0.25, 1e-9);
        Assert.InRange(parts.Shadows.CountWaiting(), least, most);
    }

    [Fact]
    public async Task Of_100_000_requests_a_shadow_sees_each_once_and_what_differs_is_counted_to_the_last()
    {
        const int Requests = 100_000;
        using var parts = new ServingParts(new() { ShadowQueue = 2_000 });
        parts.Install("churn-predictor", 2, OnnxModels.Logistic([1f, -1f], 0));
        var deployment = parts.Deployment(new() { Variants = [ServingParts.Variant("stable", 1), Shadow(2)] });
        using var outcomes = new Measured(parts.Metrics, "outcome");
        using var results = new Measured(parts.Metrics, "result");
        using var differences = new Measured(parts.Metrics, "variant");
        await parts.Shadows.StartAsync(Cancel);
        var random = new Random(7);
        var (expected, sum) = (0, 0.0);
        var call = ServingParts.Call([0, 0], 1, 0.25f, 0.75f);
        var given = call.Outputs.Bytes;
        for (var index = 0; index < Requests; index++)
        {
            float[] row = [random.NextSingle() * 4, random.NextSingle() * 4];
            call.Inputs[0].Clear();
            call.Inputs[0].Add(row[0]);
            call.Inputs[0].Add(row[1]);
            var positive = 1 / (1 + Math.Exp(row[1] - row[0]));
            expected += row[0] > row[1] ? 1 : 0;
            sum += Math.Abs(positive - 0.75);
            while (parts.Shadows.CountWaiting() > 1_500)
                await Task.Yield();
            parts.Shadows.Offer(deployment, call, parts.Facts());
        }

        // What was answered is as it was.
        Assert.Equal(given, call.Outputs.Bytes);
        Assert.Equal(0.75f, call.Outputs[1].Values<float>()[1]);
        await Eventually.HoldsAsync("all have been seen", () => outcomes["model.shadow.predictions", "ok"] >= Requests);
        await parts.Shadows.StopAsync(Cancel);
        Assert.Equal((Requests, 0, 0), (outcomes["model.shadow.predictions", "ok"], outcomes["model.shadow.predictions", "dropped"], outcomes["model.shadow.predictions", "failed"]));
        Assert.Equal((expected, Requests - expected), (results["model.shadow.labels", "equal"], results["model.shadow.labels", "different"]));
        Assert.Equal(Requests, differences.Count("model.shadow.difference", "shadow"));
        Assert.Equal(sum, differences["model.shadow.difference", "shadow"], 1e-3 * sum);
    }

    [Fact]
    public void Answers_are_compared_by_name()
    {
        var given = ServingParts.Call([1], 7, 0.1f, 0.9f);
        Assert.Equal((0.0, 1, 1), Compared(given, ServingParts.Call([1], 7, 0.1f, 0.9f)));
        Assert.Equal((double.PositiveInfinity, 1, 0), Compared(given, ServingParts.Call([1], 8, 0.1f)));
        Assert.Equal((double.PositiveInfinity, 1, 1), Compared(given, ServingParts.Call([1], 7, 0.1f, float.NaN)));
        Assert.Equal((null, 0, 0), Compared(given, Wire.V2("""{"inputs": [{"name": "x", "shape": [1], "datatype": "FP32", "data": [1]}]}""")));

        var (left, right) = (new InferenceCall(), new InferenceCall());
        foreach (var (call, texts) in new[] { (left, new[] { "a", "b", "c" }), (right, ["a", "x", "c"]) })
        {
            var tensor = call.Output("class", DataType.BYTES, 3);
            foreach (var text in texts)
                tensor.AddText(System.Text.Encoding.UTF8.GetBytes(text));
        }

        Assert.Equal(2.0 / 3, Comparison.Of(left.Outputs, right.Outputs).LabelsEqual!.Value, 12);
    }

    private static (double? Difference, long Labels, long Equal) Compared(InferenceCall given, InferenceCall other)
    {
        var comparison = Comparison.Of(given.Outputs, other.Outputs);
        return (comparison.Difference, comparison.Labels, comparison.Equal);
    }

    private static VariantSpec Shadow(int version) => ServingParts.Variant("shadow", 0, version) with { Shadow = true };

    private ActiveDeployment Deployment(int version = 2) => _parts.Deployment(new() { Variants = [ServingParts.Variant("stable", 1), Shadow(version)], Log = new() });

    private async Task RunAsync(Func<bool> until)
    {
        await _parts.Shadows.StartAsync(Cancel);
        await Eventually.HoldsAsync("the shadows have answered", until);
        await _parts.Shadows.StopAsync(Cancel);
    }
}
