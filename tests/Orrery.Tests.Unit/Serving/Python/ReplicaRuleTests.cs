using Orrery.Serving;
using Xunit;

namespace Orrery.Tests.Unit.Serving;

/// <summary>When there is a worker more or less.</summary>
public sealed class ReplicaRuleTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly ReplicaRule _rule = new(least: 2, most: 10, idle: Minute);

    [Fact]
    public void It_goes_from_the_fewest_to_the_most_and_back_as_requests_come_and_go()
    {
        var workers = 2;
        for (var look = 0; look < 100; look++)
            workers += _rule.Look(waits: true, workers, TimeSpan.Zero);
        Assert.Equal(10, workers);

        for (var seconds = 0; seconds <= 60; seconds++)
            workers += _rule.Look(waits: false, workers, TimeSpan.FromSeconds(seconds));
        Assert.Equal(10, workers);
        for (var look = 0; look < 100; look++)
            workers += _rule.Look(waits: false, workers, Minute + TimeSpan.FromSeconds(1));
        Assert.Equal(2, workers);
    }

    [Fact]
    public void A_burst_that_is_soon_over_changes_nothing()
    {
        for (var look = 0; look < 20; look++)
            Assert.Equal(0, _rule.Look(waits: look % 2 == 0, 2, TimeSpan.Zero));
        Assert.Equal(0, _rule.Look(waits: true, 2, TimeSpan.Zero));
        Assert.Equal(1, _rule.Look(waits: true, 2, TimeSpan.Zero));
    }

    [Fact]
    public void None_goes_while_requests_wait() => Assert.Equal(0, _rule.Look(waits: true, 10, Minute * 2));
}
