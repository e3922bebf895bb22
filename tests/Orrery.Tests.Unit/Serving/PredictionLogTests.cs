using System.Diagnostics;
using Orrery.Contracts;
using Orrery.Serving;
using Xunit;

namespace Orrery.Tests.Unit.Serving;

/// <summary>From answered requests to files of Parquet, and back.</summary>
public sealed class PredictionLogTests : IDisposable
{
    private readonly List<ServingParts> _all = [];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static DeploymentSpec Logged(PredictionLogSpec? log = null) => new() { Variants = [ServingParts.Variant("stable", 1, version: 2)], Log = log ?? new() };

    public void Dispose()
    {
        foreach (var parts in _all)
            parts.Dispose();
    }

    [Fact]
    public async Task Predictions_come_back_as_they_were()
    {
        var parts = Parts();
        var deployment = parts.Deployment(Logged());
        var facts = parts.Facts("ann", "customer_id=123", 95, "tenure", "charges");
        parts.Log.Offer(deployment, deployment.Answering[0], ServingParts.Call([3.5f, float.NaN], 1, 0.25f, 0.75f), facts);
        await parts.Log.DrainAsync(closeAll: true, Cancel);

        var row = Assert.Single(await ReadAsync(parts));
        Assert.Equal((facts.Id.ToString("N"), 0, facts.At.ToUnixTimeMilliseconds()), (row.PredictionId, row.Row, row.At));
        Assert.Equal(("production", "churn", 7, "stable", "churn-predictor", "2"), (row.Environment, row.Deployment, row.Revision, row.Variant, row.Model, row.Version));
        Assert.Equal((false, "ann", "customer_id=123", 95.0), (row.Shadow, row.User, row.Entity, row.LatencyMs));
        Assert.Equal("""{"tenure":3.5,"charges":null}""", row.Inputs?.GetRawText());
        Assert.Equal("""{"label":1,"probabilities":[0.25,0.75]}""", row.Outputs?.GetRawText());
        Assert.StartsWith("1/predictions/production/churn/date=2026-11-05/", Assert.Single(await KeysAsync(parts)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_row_of_a_request_is_a_row()
    {
        var parts = Parts();
        var deployment = parts.Deployment(Logged());
        var call = Wire.V2("""{"inputs": [{"name": "age", "shape": [2, 1], "datatype": "FP64", "data": [1, 2]}, {"name": "city", "shape": [2], "datatype": "BYTES", "data": ["Bern \"x\"", "Köln"]}, {"name": "mode", "shape": [3], "datatype": "BOOL", "data": [true, false, true]}]}""");
        call.Output("score", DataType.FP32, 2).Add(0.5f);
        call.Outputs[0].Add(float.PositiveInfinity);
        parts.Log.Offer(deployment, deployment.Answering[0], call, parts.Facts());
        await parts.Log.DrainAsync(closeAll: true, Cancel);

        var rows = (await ReadAsync(parts)).OrderBy(static row => row.Row).ToList();
        Assert.Equal(["""{"age":[1],"city":"Bern \"x\"","mode":[true,false,true]}""", """{"age":[2],"city":"Köln"}"""], rows.Select(static row => row.Inputs!.Value.GetRawText()));
        Assert.Equal(["""{"score":0.5}""", """{"score":null}"""], rows.Select(static row => row.Outputs!.Value.GetRawText()));
    }

    [Fact]
    public async Task What_is_not_to_be_kept_is_left_out()
    {
        var parts = Parts();
        var deployment = parts.Deployment(Logged(new() { Inputs = false, Outputs = false, User = false }));
        parts.Log.Offer(deployment, deployment.Answering[0], ServingParts.Call([1], 0, 1), parts.Facts("ann", "customer_id=1"));
        var none = parts.Deployment(Logged(new() { Sample = 0 }));
        parts.Log.Offer(none, none.Answering[0], ServingParts.Call([1], 0, 1), parts.Facts());
        await parts.Log.DrainAsync(closeAll: true, Cancel);

        var row = Assert.Single(await ReadAsync(parts));
        Assert.Equal((null, null, null, null), (row.User, row.Entity, row.Inputs, row.Outputs));
    }

    [Fact]
    public async Task Files_are_written_after_a_while_or_when_they_are_full()
    {
        var parts = Parts(new() { LogFlushSeconds = 10, LogFileRows = 3 });
        var deployment = parts.Deployment(Logged());
        Offer(parts, deployment);
        await parts.Log.DrainAsync(closeAll: false, Cancel);
        Assert.Empty(await KeysAsync(parts));
        parts.Time.Advance(TimeSpan.FromSeconds(11));
        await parts.Log.DrainAsync(closeAll: false, Cancel);
        Assert.Single(await KeysAsync(parts));

        for (var index = 0; index < 7; index++)
            Offer(parts, deployment);
        await parts.Log.DrainAsync(closeAll: false, Cancel);
        Assert.Equal(3, (await KeysAsync(parts)).Count);
    }

    [Fact]
    public async Task Pages_go_back_in_time_over_files_and_days()
    {
        var parts = Parts(new() { LogFileRows = 4 });
        var deployment = parts.Deployment(Logged());
        for (var index = 0; index < 30; index++)
        {
            Offer(parts, deployment);
            // Several share a millisecond, and days change.
            if (index % 3 == 2)
                parts.Time.Advance(TimeSpan.FromHours(5));
            await parts.Log.DrainAsync(closeAll: false, Cancel);
        }

        await parts.Log.DrainAsync(closeAll: true, Cancel);
        var seen = new List<LoggedPrediction>();
        LogCursor? after = null;
        while (await parts.Reading.ReadAsync(ServingParts.Key, new LogQuery(0, long.MaxValue / 2000, after), 7, Cancel) is { Count: > 0 } page)
        {
            seen.AddRange(page);
            after = new(page[^1].At, page[^1].PredictionId, page[^1].Row, page[^1].Variant);
        }

        Assert.Equal(30, seen.Select(static row => row.PredictionId).Distinct().Count());
        Assert.Equal(30, seen.Count);
        Assert.Equal(seen.Select(static row => row.At).OrderDescending(), seen.Select(static row => row.At));
        var some = await parts.Reading.ReadAsync(ServingParts.Key, new LogQuery(seen[12].At, seen[6].At), 100, Cancel);
        Assert.Equal(seen.Count(row => row.At >= seen[12].At && row.At <= seen[6].At), some.Count);
        Assert.Equal(seen[20].PredictionId, Assert.Single(await parts.Reading.FindAsync(ServingParts.Key.Workspace, new LogQuery(seen[20].At, seen[20].At, Id: seen[20].PredictionId), Cancel)).PredictionId);
    }

    [Fact]
    public async Task A_full_queue_loses_and_counts_and_does_not_wait()
    {
        var parts = Parts(new() { LogQueue = 5 });
        using var measured = new Measured(parts.Metrics, "reason");
        var deployment = parts.Deployment(Logged());
        for (var index = 0; index < 12; index++)
            Offer(parts, deployment);
        Assert.Equal(7, measured["orrery.serving.prediction_log.lost", "queue_full"]);

        await parts.Log.DrainAsync(closeAll: true, Cancel);
        Assert.Equal(5, (await ReadAsync(parts)).Count);
        Offer(parts, deployment);
        Assert.Equal(7, measured["orrery.serving.prediction_log.lost", "queue_full"]);
    }

    [Fact]
    public async Task A_full_disk_loses_and_counts_and_goes_on()
    {
        var full = new FullBlobs();
        var parts = Parts(blobs: full);
        using var measured = new Measured(parts.Metrics, "reason");
        var deployment = parts.Deployment(Logged());
        for (var round = 0; round < 2; round++)
        {
            for (var index = 0; index < 3; index++)
                Offer(parts, deployment);
            await parts.Log.DrainAsync(closeAll: true, Cancel);
        }

        Assert.Equal(6, measured["orrery.serving.prediction_log.lost", "disk_full"]);
        Assert.Equal(2, full.Asked);
        Assert.Empty(Directory.EnumerateFiles(parts.Scratch.Folder));
    }

    [Fact]
    public async Task Offering_allocates_nothing_once_it_is_warm()
    {
        const int Many = 1000;
        var parts = Parts();
        var deployment = parts.Deployment(Logged());
        var call = ServingParts.Call(new float[20], 1, 0.5f, 0.5f);
        var facts = parts.Facts("ann");
        var (bytes, time) = (0L, TimeSpan.Zero);
        for (var round = 0; round < 5; round++)
        {
            var (before, began) = (GC.GetAllocatedBytesForCurrentThread(), Stopwatch.GetTimestamp());
            for (var index = 0; index < Many; index++)
                parts.Log.Offer(deployment, deployment.Answering[0], call, facts);
            (bytes, time) = (GC.GetAllocatedBytesForCurrentThread() - before, Stopwatch.GetElapsedTime(began));
            await parts.Log.DrainAsync(closeAll: false, Cancel);
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{time.TotalNanoseconds / Many:0} ns and {(double)bytes / Many:0.0} bytes for each");
        Assert.InRange(bytes, 0, 16 * Many);
    }

    private ServingParts Parts(ServingOptions? options = null, Orrery.Storage.IBlobs? blobs = null)
    {
        var parts = new ServingParts(options, blobs);
        _all.Add(parts);
        return parts;
    }

    private static void Offer(ServingParts parts, ActiveDeployment deployment) =>
        parts.Log.Offer(deployment, deployment.Answering[0], ServingParts.Call([1, 2], 0, 1), parts.Facts());

    private static ValueTask<List<LoggedPrediction>> ReadAsync(ServingParts parts) => parts.Reading.ReadAsync(ServingParts.Key, new LogQuery(0, long.MaxValue / 2000), 100, Cancel);

    private static async Task<List<string>> KeysAsync(ServingParts parts) => [.. await parts.Blobs.ListAsync("1/predictions/", Cancel).Select(static blob => blob.Key).ToListAsync(Cancel)];
}
