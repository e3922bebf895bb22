using Orrery.Storage;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Unit;

public sealed class SignalTests
{
    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public async Task It_wakes_once_however_often_it_was_set()
    {
        var signal = new Signal(_clock);
        signal.Set();
        signal.Set();

        Assert.True(await signal.WaitAsync(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken));
        var next = signal.WaitAsync(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
        Assert.False(next.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.False(await next);
    }

    [Fact]
    public async Task It_wakes_who_waits()
    {
        var signal = new Signal(_clock);
        var wait = signal.WaitAsync(Timeout.InfiniteTimeSpan, TestContext.Current.CancellationToken);
        Assert.False(wait.IsCompleted);

        signal.Set();

        Assert.True(await wait);
    }

    [Fact]
    public async Task It_ends_with_its_caller()
    {
        using var cancel = new CancellationTokenSource();
        var wait = new Signal(_clock).WaitAsync(Timeout.InfiniteTimeSpan, cancel.Token);

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wait);
    }
}
