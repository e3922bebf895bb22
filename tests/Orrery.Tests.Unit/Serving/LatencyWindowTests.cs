using Orrery.Serving;
using Xunit;

namespace Orrery.Tests.Unit.Serving;

/// <summary>Quantiles of the last minute.</summary>
public sealed class LatencyWindowTests
{
    [Fact]
    public void Quantiles_are_those_of_the_last_minute_within_a_fifth()
    {
        var window = new LatencyWindow();
        Assert.Equal([null, null], window.Quantiles(0.5, 0.99));
        window.Add(TimeSpan.FromSeconds(100));
        for (var step = 0; step < 13; step++)
            window.Tick();
        for (var at = 1; at <= 1000; at++)
            window.Add(TimeSpan.FromMilliseconds(at));

        var quantiles = window.Quantiles(0, 0.5, 0.99, 1);
        Assert.InRange(quantiles[0]!.Value, 0.00002, 0.0012);
        Assert.InRange(quantiles[1]!.Value, 0.5, 0.6);
        Assert.InRange(quantiles[2]!.Value, 0.99, 1.19);
        Assert.InRange(quantiles[3]!.Value, 1, 1.2);
    }

    [Fact]
    public void Adding_allocates_nothing()
    {
        var window = new LatencyWindow();
        window.Add(TimeSpan.FromHours(1));
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var at = 0; at < 1000; at++)
            window.Add(TimeSpan.FromTicks(at * 1000L));

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }
}
