using Orrery.Features;
using Orrery.Kernel;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>Who is given the embedded engine's slots.</summary>
public sealed class EngineSlotsTests
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(1);
    private static readonly WorkspaceId One = new(1);
    private static readonly WorkspaceId Two = new(2);

    private readonly EngineSlots _slots = new(4);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Jobs_leave_half_of_the_slots_to_requests()
    {
        Assert.True(await TakeAsync(One, EngineUse.Job));
        Assert.True(await TakeAsync(One, EngineUse.Job));
        var third = TakeAsync(Two, EngineUse.Job);
        Assert.False(third.IsCompleted);

        Assert.True(await TakeAsync(One, EngineUse.Request));
        Assert.True(await TakeAsync(One, EngineUse.Request));
        _slots.Release(One, EngineUse.Request);
        Assert.False(third.IsCompleted);
        _slots.Release(One, EngineUse.Job);
        Assert.True(await third);
    }

    [Fact]
    public async Task A_workspace_has_all_slots_until_another_waits()
    {
        for (var i = 0; i < 4; i++)
            Assert.True(await TakeAsync(One, EngineUse.Request));
        var again = TakeAsync(One, EngineUse.Request);
        var other = TakeAsync(Two, EngineUse.Request);

        _slots.Release(One, EngineUse.Request);
        Assert.True(await other);
        Assert.False(again.IsCompleted);
        _slots.Release(Two, EngineUse.Request);
        Assert.True(await again);
    }

    [Fact]
    public async Task Who_waits_too_long_or_behind_too_many_gets_none_and_leaves_no_trace()
    {
        for (var i = 0; i < 4; i++)
            Assert.True(await TakeAsync(One, EngineUse.Request));
        Assert.False(await _slots.TakeAsync(Two, EngineUse.Request, 1, TimeSpan.FromMilliseconds(10), Cancel));
        using var source = new CancellationTokenSource();
        var cancelled = _slots.TakeAsync(Two, EngineUse.Request, 1, Long, source.Token).AsTask();
        Assert.False(await _slots.TakeAsync(Two, EngineUse.Request, 1, Long, Cancel));
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);

        _slots.Release(One, EngineUse.Request);
        Assert.True(await TakeAsync(Two, EngineUse.Request));
    }

    private Task<bool> TakeAsync(WorkspaceId workspace, EngineUse use) => _slots.TakeAsync(workspace, use, 10, Long, Cancel).AsTask();
}
