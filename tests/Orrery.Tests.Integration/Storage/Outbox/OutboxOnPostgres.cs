using Orrery.Kernel;
using Orrery.Storage;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>With what only several servers can do.</summary>
public sealed class OutboxOnPostgres() : OutboxBehaviour(new PostgresDatabase())
{
    [Fact]
    public async Task Two_servers_never_tell_at_the_same_time_and_the_second_takes_over()
    {
        var (now, most) = (0, 0);
        TestHandler Handler() => new("test.turns", "run.finished")
        {
            Answer = async (_, cancel) =>
            {
                most = Math.Max(most, Interlocked.Increment(ref now));
                await Task.Delay(2, cancel);
                Interlocked.Decrement(ref now);
                return Done.Ok;
            },
        };
        var (one, two) = (Handler(), Handler());
        await using var first = new OutboxServer(Database, Clock, one);
        await using var second = new OutboxServer(Database, Clock, two);
        await first.StartAsync();
        await AppendAsync(first, "run.finished", "0");
        await Eventually.HoldsAsync("the first leads", () => one.Told.Count == 1);
        await second.StartAsync();
        for (var i = 1; i <= 50; i++)
            await AppendAsync(i % 2 == 0 ? first : second, "run.finished", $"{i}");
        first.Look();
        await SettledAsync();
        Assert.Equal(51, one.Told.Count);
        Assert.Empty(two.Told);

        await first.StopAsync();
        await AppendAsync(second, "run.finished", "after");
        await Eventually.HoldsAsync("the second took over", () =>
        {
            Clock.Advance(TimeSpan.FromSeconds(1));
            return two.Told.Count == 1;
        });

        Assert.Equal(1, most);
    }

    [Fact]
    public async Task A_lease_is_taken_over_when_its_holder_is_not_heard_of()
    {
        var one = new DutyLease(Database.Db, "test", "one", TimeSpan.FromSeconds(10), Clock);
        var two = new DutyLease(Database.Db, "test", "two", TimeSpan.FromSeconds(10), Clock);

        Assert.True(await one.TakeAsync(Cancel));
        Clock.Advance(TimeSpan.FromSeconds(9));
        Assert.False(await two.TakeAsync(Cancel));
        Assert.True(await one.TakeAsync(Cancel));
        Clock.Advance(TimeSpan.FromSeconds(9));
        Assert.False(await two.TakeAsync(Cancel));
        Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.True(await two.TakeAsync(Cancel));
        Assert.False(await one.TakeAsync(Cancel));
        await one.ReleaseAsync(Cancel);
        Assert.False(await one.TakeAsync(Cancel));
        await two.ReleaseAsync(Cancel);
        Assert.True(await one.TakeAsync(Cancel));
    }
}
