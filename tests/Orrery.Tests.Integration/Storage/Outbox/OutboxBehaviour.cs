using Orrery.Kernel;
using Orrery.Storage;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>What the outbox promises, on every database.</summary>
public abstract class OutboxBehaviour(TestDatabase database) : IAsyncLifetime
{
    private static readonly Actor Alice = new(WorkspaceId.Default, "default", "alice");
    private readonly FakeTimeProvider _clock = new();

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    protected TestDatabase Database => database;

    protected FakeTimeProvider Clock => _clock;

    public ValueTask InitializeAsync() => database.InitializeAsync();

    public async ValueTask DisposeAsync()
    {
        await database.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Each_interested_handler_is_told_once_and_in_order()
    {
        var both = new TestHandler("test.both", "run.started", "run.finished");
        var one = new TestHandler("test.one", "run.finished");
        await using var server = new OutboxServer(database, _clock, both, one);
        await server.StartAsync();

        for (var i = 0; i < 300; i++)
            await AppendAsync(server, i % 3 == 0 ? "run.finished" : "run.started", $"{i}");
        await AppendAsync(server, "run.ignored", "none");
        await Eventually.HoldsAsync("all are told", () => both.Told.Count >= 300 && one.Told.Count >= 100);
        await SettledAsync();

        Assert.Equal(Enumerable.Range(0, 300).Select(i => $"{i}"), both.Payloads);
        Assert.Equal(Enumerable.Range(0, 100).Select(i => $"{3 * i}"), one.Payloads);
        var first = both.Told.First();
        Assert.Equal(("run.finished", Alice, _clock.GetUtcNow()), (first.Name, first.Actor, first.At));
    }

    [Fact]
    public async Task An_event_of_an_undone_transaction_is_not_told()
    {
        var handler = new TestHandler("test.undone", "run.finished");
        await using var server = new OutboxServer(database, _clock, handler);
        await server.StartAsync();

        await database.Db.WriteAsync<Done>(session =>
        {
            server.Outbox.Append(session, Alice, "run.finished", "undone");
            return new(Failure.Conflict("test.undo", "Undo."));
        }, Cancel);
        await AppendAsync(server, "run.finished", "kept");
        await Eventually.HoldsAsync("the other one is told", () => handler.Told.Count > 0);
        await SettledAsync();

        Assert.Equal(["kept"], handler.Payloads);
    }

    [Fact]
    public async Task An_event_that_commits_late_is_not_passed_over()
    {
        var handler = new TestHandler("test.late", "run.finished");
        await using var server = new OutboxServer(database, _clock, handler);
        await server.StartAsync();
        var late = new OutboxEvent(Guid.CreateVersion7(_clock.GetUtcNow()), Alice, "run.finished", "late", _clock.GetUtcNow()) { OrderKey = 1 };
        _clock.Advance(TimeSpan.FromSeconds(1));
        await AppendAsync(server, "run.finished", "early");
        await Eventually.HoldsAsync("the later one is told", () => handler.Told.Count == 1);

        await WriteAsync(session =>
        {
            OutboxStore.Insert(session, late);
            return default;
        });
        server.Look();
        await Eventually.HoldsAsync("the one that committed late is told", () => handler.Told.Count == 2);

        Assert.Equal(["early", "late"], handler.Payloads);
    }

    [Fact]
    public async Task A_handler_that_fails_is_told_again_later_while_others_go_on_and_is_parked_in_the_end()
    {
        var handler = new TestHandler("test.poison", "run.finished")
        {
            Answer = (e, _) => e.Payload == "poison" ? throw new FormatException("Not readable.") : Task.FromResult(Done.Ok),
        };
        await using var server = new OutboxServer(database, _clock, handler);
        await server.StartAsync();
        var poison = await AppendAsync(server, "run.finished", "poison");
        await AppendAsync(server, "run.finished", "good");
        await Eventually.HoldsAsync("both are told", () => handler.Told.Count == 2);
        for (var attempt = 2; attempt <= 3; attempt++)
        {
            await Eventually.HoldsAsync("the failure is written", async () => await AttemptsAsync(poison) == attempt - 1);
            _clock.Advance(TimeSpan.FromSeconds(1 << (attempt - 2)));
            server.Look();
            await Eventually.HoldsAsync($"attempt {attempt}", () => handler.Told.Count == attempt + 1);
        }

        await Eventually.HoldsAsync("it is parked", async () => (await server.Outbox.ListParkedAsync(Alice, Cancel)).Count == 1);
        var parked = Assert.Single(await server.Outbox.ListParkedAsync(Alice, Cancel));
        Assert.Equal(("test.poison", poison, 3, "FormatException: Not readable."), (parked.Handler, parked.Event.Id, parked.Attempts, parked.Error));
        Assert.True(server.Metrics.Parked >= 1);
        Assert.Equal(["poison", "good", "poison", "poison"], handler.Payloads);

        handler.Answer = static (_, _) => Task.FromResult(Done.Ok);
        Assert.True((await server.Outbox.RetryAsync(Alice, "test.poison", poison, Cancel)).Succeeded);
        await Eventually.HoldsAsync("it is told again", () => handler.Told.Count == 5);
        await SettledAsync();
        Assert.Empty(await server.Outbox.ListParkedAsync(Alice, Cancel));
        Assert.Equal("storage.event_not_parked", (await server.Outbox.RetryAsync(Alice, "test.poison", poison, Cancel)).Failure?.Code);
        Assert.Equal("storage.event_not_parked", (await server.Outbox.DropAsync(Alice, "test.poison", poison, Cancel)).Failure?.Code);
    }

    [Fact]
    public async Task Work_behind_HandleOnce_is_done_once_though_the_event_comes_again()
    {
        var done = 0;
        var handler = new TestHandler("test.once", "run.finished");
        handler.Answer = async (e, cancel) =>
        {
            await database.Db.WriteAsync<Done>(async session =>
            {
                if (await Outbox.HandleOnceAsync(session, handler.Name, e))
                    done++;
                return Done.Ok;
            }, cancel);
            return handler.Told.Count == 1 ? Failure.Unavailable("test.lost", "The answer is lost.") : Done.Ok;
        };
        await using var server = new OutboxServer(database, _clock, handler);
        await server.StartAsync();
        await AppendAsync(server, "run.finished", "once");
        await SettledAsync();
        Assert.Equal(1, done);

        // A copy that was under way when the first was recorded.
        var e = handler.Told.First();
        await handler.HandleAsync(e, Cancel);
        Assert.Equal(1, done);
        Assert.Equal(2, handler.Told.Count);
    }

    [Fact]
    public async Task HandleOnce_of_an_undone_transaction_leaves_the_work_to_do()
    {
        var e = new OutboxEvent(Guid.CreateVersion7(_clock.GetUtcNow()), Alice, "run.finished", "{}", _clock.GetUtcNow());
        var first = false;
        await database.Db.WriteAsync<Done>(async session =>
        {
            first = await Outbox.HandleOnceAsync(session, "test.h", e);
            return Failure.Conflict("test.undo", "Undo.");
        }, Cancel);
        Assert.True(first);

        Assert.True((await database.Db.WriteAsync<bool>(async session => await Outbox.HandleOnceAsync(session, "test.h", e), Cancel)).Value);
        Assert.False((await database.Db.WriteAsync<bool>(async session => await Outbox.HandleOnceAsync(session, "test.h", e), Cancel)).Value);
        Assert.True((await database.Db.WriteAsync<bool>(async session => await Outbox.HandleOnceAsync(session, "test.other", e), Cancel)).Value);
    }

    [Fact]
    public async Task What_was_told_before_a_stop_is_not_told_again_and_the_rest_is()
    {
        var began = new TaskCompletionSource();
        var handler = new TestHandler("test.stop", "run.finished")
        {
            Answer = async (e, cancel) =>
            {
                if (e.Payload != "1")
                    return Done.Ok;
                began.TrySetResult();
                await Task.Delay(Timeout.InfiniteTimeSpan, cancel);
                return Done.Ok;
            },
        };
        await using (var server = new OutboxServer(database, _clock, handler))
        {
            for (var i = 0; i < 3; i++)
                await AppendAsync(server, "run.finished", $"{i}");
            await server.StartAsync();
            await began.Task.WaitAsync(Cancel);
        }

        var next = new TestHandler("test.stop", "run.finished");
        await using var other = new OutboxServer(database, _clock, next);
        await other.StartAsync();
        await Eventually.HoldsAsync("the rest is told", () => next.Told.Count >= 2);
        await SettledAsync();

        Assert.Equal(["0", "1"], handler.Payloads);
        Assert.Equal(["1", "2"], next.Payloads);
    }

    [Fact]
    public async Task Handled_events_go_after_their_retention_and_parked_ones_stay()
    {
        var handler = new TestHandler("test.prune", "run.finished")
        {
            Answer = static (e, _) => Task.FromResult(e.Payload == "bad" ? Failure.Invalid("test.bad", "Bad.") : Done.Ok),
        };
        await using (var server = new OutboxServer(database, _clock, handler))
        {
            await server.StartAsync();
            await AppendAsync(server, "run.finished", "good");
            await AppendAsync(server, "run.ignored", "good");
            var bad = await AppendAsync(server, "run.finished", "bad");
            await ParkAsync(server, bad, attempts: 3);
        }

        _clock.Advance(TimeSpan.FromDays(8));
        await using var later = new OutboxServer(database, _clock, handler);
        await later.StartAsync();
        await Eventually.HoldsAsync("the handled ones are gone", async () => await CountAsync("select count(*) from sys_outbox") == 1);

        Assert.Equal(1, await CountAsync("select count(*) from sys_delivery"));
        Assert.Single(await later.Outbox.ListParkedAsync(Alice, Cancel));
    }

    private protected async Task<Guid> AppendAsync(OutboxServer server, string name, string payload)
    {
        var id = Guid.Empty;
        await WriteAsync(session =>
        {
            id = server.Outbox.Append(session, Alice, name, payload);
            return default;
        });
        return id;
    }

    /// <summary>All events have been dispatched and all deliveries are settled.</summary>
    protected Task SettledAsync() => Eventually.HoldsAsync("all is settled", async () => await CountAsync("""
        select (select count(*) from sys_outbox where dispatched = 0) + (select count(*) from sys_delivery where state = 'pending')
        """) == 0);

    private async Task ParkAsync(OutboxServer server, Guid id, int attempts)
    {
        for (var attempt = 1; attempt <= attempts; attempt++)
        {
            await Eventually.HoldsAsync($"attempt {attempt} is written", async () => await AttemptsAsync(id) == attempt);
            _clock.Advance(TimeSpan.FromSeconds(1 << attempt));
            server.Look();
        }
    }

    private async Task WriteAsync(Func<DbSession, ValueTask> write) => await database.Db.WriteAsync<Done>(async session =>
    {
        await write(session);
        return Done.Ok;
    }, Cancel);

    private async Task<long> CountAsync(string sql) => await database.Db.ReadAsync(session =>
    {
        using var statement = session.Sql(sql);
        return statement.LongAsync();
    }, Cancel) ?? 0;

    private async Task<long?> AttemptsAsync(Guid id) => await database.Db.ReadAsync(session =>
    {
        using var statement = session.Sql("select attempts from sys_delivery where event_id = @id").Set("id", id.ToString("N"));
        return statement.LongAsync();
    }, Cancel);
}

public sealed class OutboxOnSqlite() : OutboxBehaviour(new SqliteDatabase());
