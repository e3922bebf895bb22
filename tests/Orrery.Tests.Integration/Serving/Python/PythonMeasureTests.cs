using System.Diagnostics;
using System.Diagnostics.Metrics;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>What is traced and measured of the queue before a model's workers and of their batches.</summary>
public sealed class PythonMeasureTests(PythonModels models) : IClassFixture<PythonModels>
{
    [Fact]
    public async Task A_batch_is_linked_to_the_requests_that_waited_for_it()
    {
        // Others of this process trace, too.
        List<Activity> ended = [];
        System.Collections.Concurrent.ConcurrentBag<ActivityTraceId> own = [];
        using var listener = new ActivityListener
        {
            ShouldListenTo = static source => source.Name is "Orrery.Serving" or "test",
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity =>
            {
                lock (ended)
                    ended.Add(activity);
            },
        };
        ActivitySource.AddActivityListener(listener);
        using var source = new ActivitySource("test");
        using var measures = new MeterListener();
        Dictionary<string, double> sums = [];
        measures.InstrumentPublished = (instrument, take) =>
        {
            if (instrument.Meter == models.Metrics.Meter && !instrument.IsObservable)
                take.EnableMeasurementEvents(instrument);
        };
        measures.SetMeasurementEventCallback<long>((instrument, value, _, _) => Add(sums, instrument.Name, value));
        measures.SetMeasurementEventCallback<double>((instrument, value, _, _) => Add(sums, instrument.Name, value));
        measures.Start();
        var began = Stopwatch.GetTimestamp();
        await using var model = await models.OpenAsync("rows", shape: new(1, BatchRows: 64));
        TestContext.Current.TestOutputHelper?.WriteLine($"A worker had its model after {Stopwatch.GetElapsedTime(began).TotalMilliseconds:0} ms.");

        var first = AskAsync(0.3);
        await Testing.Eventually.HoldsAsync("the worker is busy", () => model.Pool.Queue.Count == 0 && sums.GetValueOrDefault("model.batch.requests") >= 1);
        var together = new[] { AskAsync(0), AskAsync(0) };
        var traces = await Task.WhenAll([first, .. together]);

        await Testing.Eventually.HoldsAsync("the spans have ended", () => Of("batch").Count == 2);
        var batch = Of("batch")[1];
        Assert.Equal(traces[1..].Select(static one => one.SpanId).Order().ToList(), batch.Links.Select(static link => link.Context.SpanId.ToString()).Order());
        Assert.Equal(traces[1].TraceId, batch.TraceId.ToString());
        Assert.Equal(2, batch.GetTagItem("requests"));
        Assert.Equal(2L, batch.GetTagItem("rows"));
        Assert.Equal(traces.Select(static one => one.TraceId).Order().ToList(), Of("queue").Select(static span => span.TraceId.ToString()).Order());
        Assert.All(Of("queue").Skip(1), static span => Assert.InRange(span.Duration, TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(30)));
        Assert.Equal((3, 3), (sums["model.batch.requests"], sums["model.batch.rows"]));
        Assert.InRange(sums["model.queue.wait"], 0.1, 60);
        Assert.Equal((0, 1), (model.Workers!.Value.Waiting, model.Workers.Value.Running));

        async Task<(string TraceId, string SpanId)> AskAsync(double value)
        {
            Activity.Current = null;
            using var span = source.StartActivity("request")!;
            own.Add(span.TraceId);
            await model.AskOneAsync(value);
            return (span.TraceId.ToString(), span.SpanId.ToString());
        }

        List<Activity> Of(string name)
        {
            lock (ended)
                return [.. ended.Where(one => one.Source.Name == "Orrery.Serving" && one.OperationName == name && own.Contains(one.TraceId))];
        }
    }

    private static void Add(Dictionary<string, double> sums, string name, double value)
    {
        lock (sums)
            sums[name] = sums.GetValueOrDefault(name) + value;
    }
}
