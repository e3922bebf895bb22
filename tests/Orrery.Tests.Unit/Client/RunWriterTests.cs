using System.Net;
using System.Text.Json;
using Orrery.Client;
using Orrery.Contracts;
using Xunit;

namespace Orrery.Tests.Unit;

public sealed class RunWriterTests
{
    // Never flushes by time, so that a test sees only what it asked for.
    private static readonly RunWriterOptions BySizeOnly = new() { FlushAfter = TimeSpan.FromHours(1) };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Everything_arrives_once_and_in_order_at_the_end()
    {
        var server = new StubServer().Answer("{}");
        using var client = server.Client();

        await using (var log = client.Runs.Write("r", BySizeOnly))
        {
            for (var step = 0; step < 2500; step++)
                await log.MetricAsync("loss", step, step, Cancel);
        }

        Assert.Equal(Enumerable.Range(0, 2500).Select(step => (long)step), Batches(server).SelectMany(batch => batch.Metrics).Select(m => m.Step));
    }

    [Fact]
    public async Task No_batch_passes_a_limit()
    {
        var server = new StubServer().Answer("{}");
        using var client = server.Client();

        await using (var log = client.Runs.Write("r", BySizeOnly))
        {
            for (var i = 0; i < 350; i++)
            {
                await log.ParamAsync($"p{i}", new string('x', 6000), Cancel);
                await log.TagAsync($"t{i}", new string('\u00e9', 5000), Cancel);
                await log.MetricAsync("m", i, i, Cancel);
                await log.MetricAsync("n", i, i, Cancel);
                await log.MetricAsync("o", i, i, Cancel);
            }
        }

        var batches = Batches(server);
        Assert.Equal(350, batches.Sum(batch => batch.Params.Count));
        Assert.Equal(350, batches.Sum(batch => batch.Tags.Count));
        Assert.Equal(1050, batches.Sum(batch => batch.Metrics.Count));
        Assert.All(batches, batch =>
        {
            Assert.InRange(batch.Params.Count, 0, TrackingLimits.BatchParams);
            Assert.InRange(batch.Tags.Count, 0, TrackingLimits.BatchTags);
            Assert.InRange(batch.Metrics.Count, 0, TrackingLimits.BatchMetrics);
        });
        Assert.All(server.Requests, request => Assert.InRange(request.Body.Length, 0, TrackingLimits.BatchBytes));
    }

    [Fact]
    public async Task A_flush_returns_when_all_before_it_is_sent()
    {
        var server = new StubServer().Answer("{}");
        using var client = server.Client();
        await using var log = client.Runs.Write("r", BySizeOnly);

        await log.ParamAsync("a", "1", Cancel);
        await log.FlushAsync(Cancel);

        Assert.Single(server.Requests);
        await log.FlushAsync(Cancel);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task What_waited_long_enough_is_sent_without_being_asked()
    {
        var sent = new TaskCompletionSource();
        var server = new StubServer().Answer(_ =>
        {
            sent.TrySetResult();
            return new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent("{}") };
        });
        using var client = server.Client();
        await using var log = client.Runs.Write("r", new() { FlushAfter = TimeSpan.FromSeconds(1) });

        await log.MetricAsync("m", 1, cancel: Cancel);

        await sent.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancel);
    }

    [Fact]
    public async Task A_refused_batch_surfaces_on_flush_and_then_no_more_is_taken()
    {
        var server = new StubServer().Answer(HttpStatusCode.BadRequest, """{"error_code":"INVALID_PARAMETER_VALUE","message":"no"}""");
        using var client = server.Client();
        await using var log = client.Runs.Write("r", BySizeOnly);
        await log.ParamAsync("a", "1", Cancel);

        await Assert.ThrowsAsync<OrreryApiException>(() => log.FlushAsync(Cancel));
        await Assert.ThrowsAsync<OrreryApiException>(() => log.ParamAsync("b", "2", Cancel).AsTask());

        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task A_refused_batch_surfaces_at_the_end_when_nobody_saw_it()
    {
        var server = new StubServer().Answer(HttpStatusCode.BadRequest, """{"error_code":"INVALID_PARAMETER_VALUE","message":"no"}""");
        using var client = server.Client();
        var log = client.Runs.Write("r", BySizeOnly);
        await log.ParamAsync("a", "1", Cancel);

        await Assert.ThrowsAsync<OrreryApiException>(() => log.DisposeAsync().AsTask());
    }

    [Fact]
    public async Task A_writer_that_ended_takes_no_more()
    {
        using var client = new StubServer().Answer("{}").Client();
        var log = client.Runs.Write("r", BySizeOnly);
        await log.DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => log.ParamAsync("a", "1", Cancel).AsTask());
    }

    private static List<LogBatch> Batches(StubServer server) =>
        [.. server.Requests.Select(request => JsonSerializer.Deserialize(request.Body, OrreryJson.TypeOf<LogBatch>())!)];
}
