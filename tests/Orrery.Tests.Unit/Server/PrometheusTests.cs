using System.Buffers;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Orrery.Server;
using Xunit;

namespace Orrery.Tests.Unit;

public sealed class PrometheusTests
{
    [Theory]
    [InlineData("http.server.request.duration", "s", "Histogram", "http_server_request_duration_seconds")]
    [InlineData("orrery.storage.commits", "{commit}", "Counter", "orrery_storage_commits")]
    [InlineData("a.total", null, "Counter", "a")]
    [InlineData("size.bytes", "By", "Gauge", "size_bytes")]
    [InlineData("dotnet.thread_pool.thread.count", "{thread}", "Gauge", "dotnet_thread_pool_threads")]
    [InlineData("dotnet.assembly.count", "{assembly}", "Gauge", "dotnet_assemblies")]
    [InlineData("9-lives..x", "1", "Gauge", "_9_lives_x")]
    public void Names_follow_the_habits_of_prometheus(string name, string? unit, string kind, string expected) =>
        Assert.Equal(expected, PrometheusName.Of(name, unit, Enum.Parse<MetricKind>(kind)));

    [Fact]
    public void Counters_gauges_and_histograms_are_written_as_prometheus_reads_them()
    {
        using var world = new World();
        var counter = world.Meter.CreateCounter<long>("test.things", "{thing}", "Things seen.\nSecond line.");
        counter.Add(2, new KeyValuePair<string, object?>("kind", "a\"b\\c\nd"));
        counter.Add(3, new KeyValuePair<string, object?>("kind", "a\"b\\c\nd"));
        var level = world.Meter.CreateUpDownCounter<int>("test.level", description: "Level.");
        level.Add(5);
        level.Add(-2);
        var gauge = world.Meter.CreateGauge<double>("test.temperature", description: "Temperature.");
        gauge.Record(20.5);
        gauge.Record(-1.25);
        world.Meter.CreateObservableGauge("test.disk", () => 7L, "By", "Disk.");
        var histogram = world.Meter.CreateHistogram<double>(
            "test.wait", "s", "Wait.", advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.1, 1] });
        histogram.Record(0.1);
        histogram.Record(0.5);
        histogram.Record(7);

        var text = world.Text();
        Assert.Contains("# HELP test_things_total Things seen.\\nSecond line.\n# TYPE test_things_total counter\n", text, StringComparison.Ordinal);
        Assert.Contains("test_things_total{kind=\"a\\\"b\\\\c\\nd\"} 5\n", text, StringComparison.Ordinal);
        Assert.Contains("# TYPE test_level gauge\ntest_level 3\n", text, StringComparison.Ordinal);
        Assert.Contains("test_temperature -1.25\n", text, StringComparison.Ordinal);
        Assert.Contains("test_disk_bytes 7\n", text, StringComparison.Ordinal);
        Assert.Contains(
            """
            # TYPE test_wait_seconds histogram
            test_wait_seconds_bucket{le="0.1"} 1
            test_wait_seconds_bucket{le="1"} 2
            test_wait_seconds_bucket{le="+Inf"} 3
            test_wait_seconds_sum 7.6
            test_wait_seconds_count 3

            """,
            text,
            StringComparison.Ordinal);
    }

    [Fact]
    public void OpenMetrics_names_counters_without_total_and_ends()
    {
        using var world = new World();
        world.Meter.CreateCounter<long>("test.things", description: "Things.").Add(1);
        var text = world.Text(openMetrics: true);
        Assert.Contains("# TYPE test_things counter\ntest_things_total 1\n", text, StringComparison.Ordinal);
        Assert.EndsWith("# EOF\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Buckets_have_the_trace_of_a_measurement_that_was_sampled_and_only_in_OpenMetrics()
    {
        using var world = new World();
        var histogram = world.Meter.CreateHistogram<double>("test.wait", "s", "Wait.", advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.1, 1] });
        histogram.Record(0.05);
        using (var dropped = new Activity("dropped").SetIdFormat(ActivityIdFormat.W3C).Start())
            histogram.Record(0.05);
        using var span = new Activity("sampled").SetIdFormat(ActivityIdFormat.W3C);
        span.ActivityTraceFlags = ActivityTraceFlags.Recorded;
        span.Start();
        histogram.Record(0.5);
        histogram.Record(0.75);

        var text = world.Text(openMetrics: true);
        Assert.Contains("test_wait_seconds_bucket{le=\"0.1\"} 2\n", text, StringComparison.Ordinal);
        Assert.Contains($"test_wait_seconds_bucket{{le=\"1.0\"}} 4 # {{trace_id=\"{span.TraceId}\",span_id=\"{span.SpanId}\"}} 0.5\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("trace_id", world.Text(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_order_of_tags_makes_no_difference()
    {
        using var world = new World();
        var counter = world.Meter.CreateCounter<long>("test.things", description: "Things.");
        counter.Add(1, new("a", 1), new("b", true));
        counter.Add(1, new("b", true), new KeyValuePair<string, object?>("a", 1));
        Assert.Contains("test_things_total{a=\"1\",b=\"true\"} 2\n", world.Text(), StringComparison.Ordinal);
    }

    [Fact]
    public void Label_sets_beyond_the_cap_are_summed_and_counted()
    {
        using var world = new World(maxSeries: 10);
        var counter = world.Meter.CreateCounter<long>("test.things", description: "Things.");
        for (var i = 0; i < 30; i++)
            counter.Add(1, new KeyValuePair<string, object?>("id", i));
        var text = world.Text();
        Assert.Contains("test_things_total{otel_metric_overflow=\"true\"} 20\n", text, StringComparison.Ordinal);
        Assert.Contains("orrery_metrics_overflow_total{metric=\"test_things\"} 20\n", text, StringComparison.Ordinal);
        Assert.Equal(11, text.Split('\n').Count(line => line.StartsWith("test_things_total", StringComparison.Ordinal)));
    }

    [Fact]
    public void What_is_not_observed_any_more_is_gone()
    {
        using var world = new World();
        var workers = new List<string> { "a", "b" };
        world.Meter.CreateObservableGauge(
            "test.worker", () => workers.Select(name => new Measurement<int>(1, new KeyValuePair<string, object?>("name", name))), description: "Workers.");
        Assert.Contains("test_worker{name=\"b\"} 1\n", world.Text(), StringComparison.Ordinal);
        workers.Remove("b");
        var text = world.Text();
        Assert.Contains("test_worker{name=\"a\"} 1\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("name=\"b\"", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Counts_from_many_threads_are_all_there()
    {
        using var world = new World();
        var histogram = world.Meter.CreateHistogram<double>("test.wait", "s", "Wait.");
        Parallel.For(0, 8, thread =>
        {
            for (var i = 0; i < 5_000; i++)
                histogram.Record(1, new KeyValuePair<string, object?>("key", (thread + i) % 50));
        });
        var counts = world.Text().Split('\n').Where(line => line.StartsWith("test_wait_seconds_count", StringComparison.Ordinal)).ToArray();
        Assert.Equal(50, counts.Length);
        Assert.All(counts, line => Assert.EndsWith(" 800", line, StringComparison.Ordinal));
    }

    [Fact]
    public void Requests_are_shown_by_method_route_and_status_too()
    {
        using var world = new World("Microsoft.AspNetCore.Hosting");
        var histogram = world.Meter.CreateHistogram<double>("http.server.request.duration", "s", "Requests.");
        foreach (var protocol in new[] { "1.1", "2" })
        {
            var tags = new TagList
            {
                { "http.request.method", "GET" },
                { "http.route", "/x/{id}" },
                { "http.response.status_code", 200 },
                { "network.protocol.version", protocol },
            };
            histogram.Record(0.002, tags);
        }

        var text = world.Text();
        Assert.Contains("http_requests_total{method=\"GET\",route=\"/x/{id}\",status=\"200\"} 2\n", text, StringComparison.Ordinal);
        Assert.Contains("http_request_duration_seconds_count{method=\"GET\",route=\"/x/{id}\",status=\"200\"} 2\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Recording_allocates_nothing()
    {
        using var world = new World();
        var histogram = world.Meter.CreateHistogram<double>("test.wait", "s", "Wait.");
        var counter = world.Meter.CreateCounter<long>("test.things", description: "Things.");
        object status = 200;
        Measure();
        Measure();
        var before = GC.GetAllocatedBytesForCurrentThread();
        Measure();
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());

        void Measure()
        {
            for (var i = 0; i < 1_000; i++)
            {
                var tags = new TagList { { "http.request.method", "GET" }, { "http.route", "/x" }, { "http.response.status_code", status } };
                histogram.Record(i * 0.001, tags);
                counter.Add(1, new KeyValuePair<string, object?>("kind", "a"));
            }
        }
    }

    private sealed class World : IDisposable
    {
        private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        private readonly MetricsListener _listener;

        public World(string meter = "Orrery.Test", int maxSeries = 2000)
        {
            var factory = _services.GetRequiredService<IMeterFactory>();
            _listener = new MetricsListener(new MetricsOptions { MaxSeries = maxSeries }, factory, NullLogger<MetricsListener>.Instance);
            Meter = factory.Create(meter);
        }

        public Meter Meter { get; }

        public string Text(bool openMetrics = false)
        {
            var output = new ArrayBufferWriter<byte>();
            new PrometheusText(output, openMetrics).Write(_listener.Snapshot());
            return Encoding.UTF8.GetString(output.WrittenSpan);
        }

        public void Dispose()
        {
            _listener.Dispose();
            _services.Dispose();
        }
    }
}
