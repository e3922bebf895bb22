using Orrery.Serving;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Unit.Serving;

/// <summary>When revisions that could not be taken up are tried again.</summary>
public sealed class ActivationRetriesTests
{
    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public void For_want_of_an_approval_it_is_tried_soon_and_then_less_and_less_often()
    {
        var retries = new ActivationRetries(_clock);
        var waits = new List<double>();
        for (var attempt = 0; attempt < 7; attempt++)
        {
            Assert.True(retries.IsDue(ServingParts.Key, 1));
            retries.Begin(ServingParts.Key, 1);
            retries.Refuse(ServingParts.Key);
            var seconds = 0;
            for (; !retries.IsDue(ServingParts.Key, 1); seconds++)
                _clock.Advance(TimeSpan.FromSeconds(1));
            waits.Add(seconds);
        }

        Assert.Equal([2, 4, 8, 16, 30, 30, 30], waits);
        // Another revision begins anew.
        Assert.True(retries.IsDue(ServingParts.Key, 2));
        Assert.False(retries.IsKnown(ServingParts.Key, 2));
        retries.Begin(ServingParts.Key, 2);
        retries.Refuse(ServingParts.Key);
        _clock.Advance(TimeSpan.FromSeconds(2));
        Assert.True(retries.IsDue(ServingParts.Key, 2));
    }

    [Fact]
    public void What_failed_otherwise_is_tried_after_half_a_minute_and_at_once_when_the_database_was_away()
    {
        var retries = new ActivationRetries(_clock);
        retries.Begin(ServingParts.Key, 1);
        _clock.Advance(TimeSpan.FromSeconds(29));
        Assert.False(retries.IsDue(ServingParts.Key, 1));
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.True(retries.IsDue(ServingParts.Key, 1));
        retries.Begin(ServingParts.Key, 1);
        retries.Forget(ServingParts.Key);
        Assert.True(retries.IsDue(ServingParts.Key, 1));
    }
}
