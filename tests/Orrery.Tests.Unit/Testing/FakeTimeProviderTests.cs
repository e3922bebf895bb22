using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Unit;

public sealed class FakeTimeProviderTests
{
    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public void Timers_run_at_their_times_and_in_order()
    {
        var start = _clock.GetUtcNow();
        var seen = new List<(string, double)>();
        void Note(object? name) => seen.Add(((string)name!, (_clock.GetUtcNow() - start).TotalSeconds));
        using var late = _clock.CreateTimer(Note, "late", TimeSpan.FromSeconds(5), Timeout.InfiniteTimeSpan);
        using var often = _clock.CreateTimer(Note, "often", TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(2));
        using var never = _clock.CreateTimer(Note, "never", Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        using (_clock.CreateTimer(Note, "disposed", TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan))
        {
        }

        _clock.Advance(TimeSpan.FromSeconds(6));

        Assert.Equal([("often", 2), ("often", 4), ("late", 5), ("often", 6)], seen);
        Assert.Equal(TimeSpan.FromSeconds(6), _clock.GetUtcNow() - start);
        Assert.Equal(TimeSpan.FromSeconds(6), _clock.GetElapsedTime(start.UtcTicks));
    }

    [Fact]
    public async Task Delays_end_when_the_clock_has_moved_far_enough()
    {
        var delay = Task.Delay(TimeSpan.FromSeconds(10), _clock, TestContext.Current.CancellationToken);
        _clock.Advance(TimeSpan.FromSeconds(9));
        Assert.False(delay.IsCompleted);

        _clock.Advance(TimeSpan.FromSeconds(1));

        await delay;
    }
}
