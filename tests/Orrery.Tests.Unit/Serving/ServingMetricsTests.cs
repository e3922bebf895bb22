using System.Buffers;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Orrery.Server;
using Orrery.Serving;
using Xunit;

namespace Orrery.Tests.Unit.Serving;

/// <summary>What Prometheus sees of predictions.</summary>
public sealed class ServingMetricsTests : IDisposable
{
    private const string Labels = """deployment="churn",environment="production",model="churn-predictor""" + "\"";

    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly MetricsListener _listener;
    private readonly ServingParts _parts;

    public ServingMetricsTests()
    {
        _listener = new(new MetricsOptions(), _services.GetRequiredService<System.Diagnostics.Metrics.IMeterFactory>(), NullLogger<MetricsListener>.Instance);
        _parts = new();
    }

    public void Dispose()
    {
        _parts.Dispose();
        _listener.Dispose();
        _services.Dispose();
    }

    [Fact]
    public void Predictions_latency_and_error_rate_have_their_names()
    {
        var variant = Variant("canary-names");
        for (var index = 0; index < 3; index++)
            variant.Metrics.Answered(200, rows: 2, TimeSpan.FromMilliseconds(3));
        variant.Metrics.Answered(500, rows: 2, TimeSpan.FromMilliseconds(3));
        variant.Metrics.Answered(400, rows: 2, TimeSpan.FromMilliseconds(3));
        variant.Metrics.Refused("serving.overloaded");

        var page = Page();
        const string Rest = """,variant="canary-names",version="2",workspace="1"}""";
        Assert.Contains($"model_predictions_total{{{Labels},outcome=\"ok\"{Rest} 3\n", page, StringComparison.Ordinal);
        Assert.Contains($"model_predictions_total{{{Labels},outcome=\"failed\"{Rest} 1\n", page, StringComparison.Ordinal);
        Assert.Contains($"model_predictions_total{{{Labels},outcome=\"invalid\"{Rest} 1\n", page, StringComparison.Ordinal);
        Assert.Contains($"model_predictions_total{{{Labels},outcome=\"overloaded\"{Rest} 1\n", page, StringComparison.Ordinal);
        Assert.Contains($"model_prediction_rows_total{{{Labels}{Rest} 6\n", page, StringComparison.Ordinal);
        Assert.Contains($"model_latency_seconds_count{{{Labels},outcome=\"ok\"{Rest} 3\n", page, StringComparison.Ordinal);
        Assert.Contains($"model_error_rate{{{Labels}{Rest} {2 / 6.0:R}\n", page, StringComparison.Ordinal);
        Assert.Contains("# TYPE model_error_rate gauge\n", page, StringComparison.Ordinal);
    }

    [Fact]
    public void The_error_rate_is_of_the_last_minute()
    {
        var variant = Variant("canary-rate");
        variant.Metrics.Answered(500, 1, TimeSpan.Zero);
        Assert.Equal(1, Rate(variant));
        _parts.Time.Advance(TimeSpan.FromSeconds(30));
        variant.Metrics.Answered(200, 1, TimeSpan.Zero);
        Assert.Equal(0.5, Rate(variant));
        _parts.Time.Advance(TimeSpan.FromSeconds(45));
        Assert.Equal(0, Rate(variant));
        _parts.Time.Advance(TimeSpan.FromSeconds(90));
        Assert.Equal(0, Rate(variant));
    }

    [Fact]
    public void What_is_idle_for_an_hour_is_left_out_until_it_answers_again()
    {
        var variant = Variant("canary-idle");
        variant.Metrics.Answered(200, 1, TimeSpan.Zero);
        _parts.Time.Advance(TimeSpan.FromMinutes(59));
        Assert.Contains("canary-idle", Page(), StringComparison.Ordinal);
        _parts.Time.Advance(TimeSpan.FromMinutes(3));
        Assert.DoesNotContain("model_error_rate{" + Labels + ",variant=\"canary-idle\"", Page(), StringComparison.Ordinal);
        variant.Metrics.Answered(200, 1, TimeSpan.Zero);
        Assert.Contains("outcome=\"ok\",variant=\"canary-idle\",version=\"2\",workspace=\"1\"} 2\n", Page(), StringComparison.Ordinal);
    }

    [Fact]
    public void Counting_allocates_nothing()
    {
        var variant = Variant("canary-free");
        var least = long.MaxValue;
        for (var round = 0; round < 10; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var index = 0; index < 1000; index++)
                variant.Metrics.Answered(200, 1, TimeSpan.FromMilliseconds(1));
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        // Other tests of this process may listen to the meter, too; what counting itself allocates it allocates each time.
        Assert.Equal(0, least);
    }

    private static double Rate(ActiveVariant variant) => variant.Metrics.ErrorRate().Value;

    private ActiveVariant Variant(string name) => _parts.Deployment(new() { Variants = [ServingParts.Variant(name, 1, version: 2)] }).Answering[0];

    private string Page()
    {
        var page = new ArrayBufferWriter<byte>();
        new PrometheusText(page, openMetrics: false).Write(_listener.Snapshot());
        return Encoding.UTF8.GetString(page.WrittenSpan);
    }
}
