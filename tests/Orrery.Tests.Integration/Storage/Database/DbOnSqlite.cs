using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Orrery.Kernel;
using Orrery.Storage;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>With what is SQLite's own: one server, one writer, group commit.</summary>
public sealed class DbOnSqlite() : DbBehaviour(new SqliteDatabase())
{
    [Fact]
    public void A_second_server_is_refused_with_what_to_do()
    {
        var second = Database.AddServer();

        var refused = Assert.Throws<DatabaseLockedException>(() => second.GetRequiredService<Db>());
        Assert.Contains("Another server is using the database", refused.Message, StringComparison.Ordinal);
        Assert.Contains("--data-dir", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Writes_that_wait_together_share_a_commit()
    {
        long commits = 0, writes = 0;
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, l) =>
        {
            if (instrument.Name is "orrery.storage.commits" or "orrery.storage.writes" && Database.Services.GetRequiredService<StorageMetrics>().Owns(instrument))
                l.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, _, _) =>
            Interlocked.Add(ref instrument.Name is "orrery.storage.commits" ? ref commits : ref writes, value));
        listener.Start();

        await Task.WhenAll(Enumerable.Range(0, 64).Select(caller => Task.Run(async () =>
        {
            for (var i = 0; i < 10; i++)
                await WriteAsync(session => InsertAsync(session, $"{caller}-{i}"));
        }, Cancel)));

        // The last group is counted just after its callers are answered.
        await Eventually.HoldsAsync("all writes are counted", () => Interlocked.Read(ref writes) == 640);
        Assert.InRange(commits, 10, 320);
    }

    [Fact]
    public async Task A_write_that_awaits_something_else_is_a_bug_that_is_told()
    {
        var never = new TaskCompletionSource();

        await Assert.ThrowsAsync<InvalidOperationException>(async () => await WriteAsync(async _ => await never.Task));
        await WriteAsync(session => InsertAsync(session, "after"));
        Assert.Equal(["after"], await IdsAsync());
    }

    [Fact]
    public async Task Writes_that_are_queued_when_the_server_stops_are_answered()
    {
        using var block = new ManualResetEventSlim();
        var began = new TaskCompletionSource();
        var slow = Task.Run(async () => await WriteAsync(_ =>
        {
            began.TrySetResult();
            block.Wait(Cancel);
            return Task.CompletedTask;
        }), Cancel);
        await began.Task.WaitAsync(Cancel);
        var queued = Db.WriteAsync<int>(async session => await InsertAsync(session, "queued"), Cancel).AsTask();

        var stop = Db.DisposeAsync().AsTask();
        block.Set();
        await Task.WhenAll(slow, stop);

        Assert.Equal(1, (await queued).Value);
        await Assert.ThrowsAsync<DatabaseUnavailableException>(async () => await Db.WriteAsync<int>(_ => ValueTask.FromResult<Result<int>>(1), Cancel));
    }
}
