using Microsoft.Extensions.DependencyInjection;
using Orrery.Kernel;
using Orrery.Storage;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>What jobs promise, on every database.</summary>
public abstract class JobBehaviour(TestDatabase database) : IAsyncLifetime
{
    private static readonly Actor Alice = new(WorkspaceId.Default, "default", "alice");
    private static readonly Actor Elsewhere = new(new WorkspaceId(2), "elsewhere", "eve");
    private readonly FakeTimeProvider _clock = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => database.InitializeAsync();

    public async ValueTask DisposeAsync()
    {
        await database.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_job_runs_and_its_result_is_kept()
    {
        var handler = new TestJob("test.echo", (job, _) =>
        {
            job.Report(.5, "half way");
            return Task.FromResult<Result<string?>>(job.Payload);
        });
        await using var server = JobServer.On(database, _clock, handler);
        await server.StartAsync();

        var id = await EnqueueAsync(server, "test.echo", """{"a":1}""");
        var job = await EndAsync(server, id);

        Assert.Equal(JobState.Succeeded, job.State);
        Assert.Equal("""{"a":1}""", job.Result);
        Assert.Equal((1, "half way", 1, "alice"), (job.Progress, job.Message, job.Attempts, job.CreatedBy));
        Assert.Equal(_clock.GetUtcNow(), job.FinishedAt);
        Assert.Equal(1, handler.Runs);
    }

    [Fact]
    public async Task A_kind_with_a_limit_leaves_room_for_others()
    {
        var release = new TaskCompletionSource();
        var limited = new TestJob("test.limited", async (_, cancel) =>
        {
            await release.Task.WaitAsync(cancel);
            return (string?)null;
        })
        { MaxConcurrent = 2 };
        await using var server = JobServer.On(database, _clock, limited, Succeeding("test.other"));
        List<JobId> ids = [];
        for (var i = 0; i < 5; i++)
            ids.Add(await EnqueueAsync(server, "test.limited"));
        await server.StartAsync();

        await EndAsync(server, await EnqueueAsync(server, "test.other"));
        server.Look();
        await EndAsync(server, await EnqueueAsync(server, "test.other"));
        await Eventually.HoldsAsync("two have begun", () => limited.Runs >= 2);
        Assert.Equal(2, limited.Runs);

        release.SetResult();
        foreach (var id in ids)
            Assert.Equal(JobState.Succeeded, (await EndAsync(server, id)).State);
        Assert.Equal(5, limited.Runs);
    }

    [Fact]
    public async Task A_job_of_an_undone_transaction_does_not_exist()
    {
        await using var server = JobServer.On(database, _clock);
        JobId id = default;

        await database.Db.WriteAsync<Done>(async session =>
        {
            id = await server.Jobs.EnqueueAsync(session, Alice, "test.none", "{}");
            return Failure.Conflict("test.undo", "Undo.");
        }, Cancel);

        Assert.Null(await server.Jobs.FindAsync(Alice, id, Cancel));
    }

    [Fact]
    public async Task A_job_waits_for_its_time()
    {
        var handler = Succeeding("test.later");
        await using var server = JobServer.On(database, _clock, handler);
        await server.StartAsync();
        var later = await EnqueueAsync(server, "test.later", runAfter: _clock.GetUtcNow().AddMinutes(5));
        await EndAsync(server, await EnqueueAsync(server, "test.later"));

        Assert.Equal(JobState.Queued, (await FindAsync(server, later)).State);

        _clock.Advance(TimeSpan.FromMinutes(5));
        server.Look();
        Assert.Equal(JobState.Succeeded, (await EndAsync(server, later)).State);
    }

    [Fact]
    public async Task Unfinished_jobs_with_one_key_are_one_job()
    {
        await using var server = JobServer.On(database, _clock, Succeeding("test.once"));
        var first = await EnqueueAsync(server, "test.once", key: "a");

        Assert.Equal(first, await EnqueueAsync(server, "test.once", key: "a"));
        Assert.NotEqual(first, await EnqueueAsync(server, "test.once", key: "b"));
        Assert.NotEqual(first, await EnqueueAsync(server, "test.twice", key: "a"));

        await server.StartAsync();
        await EndAsync(server, first);
        Assert.NotEqual(first, await EnqueueAsync(server, "test.once", key: "a"));
    }

    [Fact]
    public async Task What_is_away_is_tried_again_with_growing_pauses_until_the_attempts_are_used_up()
    {
        var handler = new TestJob("test.away", (_, _) => Task.FromResult<Result<string?>>(Failure.Unavailable("test.away", "Away.")));
        await using var server = JobServer.On(database, _clock, handler);
        await server.StartAsync();
        var id = await EnqueueAsync(server, "test.away");
        await WaitsAfterAsync(server, id, attempts: 1);

        _clock.Advance(TimeSpan.FromSeconds(5));
        server.Look();
        await WaitsAfterAsync(server, id, attempts: 2);

        _clock.Advance(TimeSpan.FromSeconds(9));
        server.Look();
        Assert.Equal(2, (await FindAsync(server, id)).Attempts);
        _clock.Advance(TimeSpan.FromSeconds(1));
        server.Look();
        var job = await EndAsync(server, id);

        Assert.Equal((JobState.Failed, "test.away", "Away.", 3), (job.State, job.ErrorCode, job.Error, job.Attempts));
    }

    [Fact]
    public async Task A_refusal_is_final_and_an_exception_is_not()
    {
        var refusing = new TestJob("test.refuse", (_, _) => Task.FromResult<Result<string?>>(Failure.Invalid("test.wrong", "Wrong.")));
        var throwing = new TestJob("test.throw", (_, _) => throw new InvalidOperationException("A bug."));
        await using var server = JobServer.On(database, _clock, refusing, throwing);
        await server.StartAsync();

        var refused = await EndAsync(server, await EnqueueAsync(server, "test.refuse"));
        Assert.Equal((JobState.Failed, "test.wrong", 1), (refused.State, refused.ErrorCode, refused.Attempts));

        var thrown = await EnqueueAsync(server, "test.throw");
        await WaitsAfterAsync(server, thrown, attempts: 1);
        Assert.Equal("storage.job_threw", (await FindAsync(server, thrown)).ErrorCode);
    }

    [Fact]
    public async Task A_job_whose_server_vanished_is_run_by_another_and_the_old_lease_writes_nothing()
    {
        await using var server = JobServer.On(database, _clock, Succeeding("test.crash"));
        var id = await EnqueueAsync(server, "test.crash");
        var old = await TakeAsync("test.crash");
        var context = new JobContext(old);
        Assert.True((await GuardAsync(context)).Succeeded);

        await server.StartAsync();
        _clock.Advance(TimeSpan.FromSeconds(29));
        server.Look();
        Assert.Equal(JobState.Running, (await FindAsync(server, id)).State);
        _clock.Advance(TimeSpan.FromSeconds(1));
        server.Look();
        var job = await EndAsync(server, id);

        Assert.Equal((JobState.Succeeded, 2), (job.State, job.Attempts));
        Assert.Equal("storage.job_lease_lost", (await GuardAsync(context)).Failure?.Code);
        var written = await database.Db.WriteAsync<bool>(
            async session => await JobStore.FinishAsync(session, old, new JobEnd(JobState.Failed), 0)
                || await JobStore.RequeueAsync(session, old, new JobEnd(JobState.Queued), 0)
                || await JobStore.RenewAsync(session, old, long.MaxValue, (0, "late")) is not null,
            Cancel);
        Assert.False(written.Value);
        Assert.Equal(job, await FindAsync(server, id));
    }

    [Fact]
    public async Task A_server_that_starts_again_goes_on_with_its_jobs_at_once_where_no_other_can_have_them()
    {
        await using var server = JobServer.On(database, _clock, Succeeding("test.crash"));
        var id = await EnqueueAsync(server, "test.crash");
        await database.Db.WriteAsync<LeasedJob>(
            async session => Assert.Single(await JobStore.TakeAsync(session, ["test.crash"], "vanished", _clock.GetUtcNow().ToUnixTimeMilliseconds(), long.MaxValue, 1)), Cancel);
        Assert.Equal(long.MaxValue, await DueAsync(id));

        await database.Services.MigrateAsync(Cancel);

        if (database is PostgresDatabase)
        {
            Assert.Equal(long.MaxValue, await DueAsync(id));
            return;
        }

        // By the machine's clock, which the fixture's services go by.
        var due = DateTimeOffset.FromUnixTimeMilliseconds((await DueAsync(id))!.Value);
        if (due > _clock.GetUtcNow())
            _clock.Advance(due - _clock.GetUtcNow());
        await server.StartAsync();
        Assert.Equal((JobState.Succeeded, 2), ((await EndAsync(server, id)).State, (await FindAsync(server, id)).Attempts));
    }

    [Fact]
    public async Task A_job_that_takes_its_servers_down_is_given_up()
    {
        var handler = Succeeding("test.kill");
        await using var server = JobServer.On(database, _clock, handler);
        var id = await EnqueueAsync(server, "test.kill");
        for (var attempt = 1; attempt <= handler.Policy.MaxAttempts; attempt++)
        {
            await TakeAsync("test.kill");
            _clock.Advance(TimeSpan.FromSeconds(30));
        }

        await server.StartAsync();
        var job = await EndAsync(server, id);

        Assert.Equal((JobState.Failed, "storage.job_attempts_used_up", 0), (job.State, job.ErrorCode, handler.Runs));
    }

    [Fact]
    public async Task A_queued_job_is_cancelled_at_once_and_final_states_stay()
    {
        await using var server = JobServer.On(database, _clock, Succeeding("test.cancel"));
        var id = await EnqueueAsync(server, "test.cancel");

        Assert.True((await server.Jobs.CancelAsync(Alice, id, Cancel)).Succeeded);
        Assert.Equal(JobState.Cancelled, (await FindAsync(server, id)).State);
        Assert.Equal("storage.job_finished", (await server.Jobs.CancelAsync(Alice, id, Cancel)).Failure?.Code);
        Assert.Equal("storage.job_not_found", (await server.Jobs.CancelAsync(Alice, JobId.New(_clock), Cancel)).Failure?.Code);
        Assert.Equal("storage.job_not_found", (await server.Jobs.CancelAsync(Elsewhere, id, Cancel)).Failure?.Code);
    }

    [Fact]
    public async Task A_running_job_hears_of_its_cancellation()
    {
        var began = new TaskCompletionSource();
        await using var server = JobServer.On(database, _clock, Waiting("test.stop", began));
        await server.StartAsync();
        var id = await EnqueueAsync(server, "test.stop");
        await began.Task.WaitAsync(Cancel);

        await server.Jobs.CancelAsync(Alice, id, Cancel);
        var job = await EndAsync(server, id);

        Assert.Equal((JobState.Cancelled, true), (job.State, job.CancelRequested));
    }

    [Fact]
    public async Task A_server_that_stops_gives_its_jobs_back_uncounted()
    {
        var began = new TaskCompletionSource();
        await using var stopping = JobServer.On(database, _clock, Waiting("test.handover", began));
        await stopping.StartAsync();
        var id = await EnqueueAsync(stopping, "test.handover");
        await began.Task.WaitAsync(Cancel);

        await stopping.StopAsync();
        var job = await FindAsync(stopping, id);
        Assert.Equal((JobState.Queued, 0), (job.State, job.Attempts));

        await using var other = JobServer.On(database, _clock, Succeeding("test.handover"));
        await other.StartAsync();
        Assert.Equal((JobState.Succeeded, 1), (await EndAsync(other, id)) is var end ? (end.State, end.Attempts) : default);
    }

    [Fact]
    public async Task A_heartbeat_keeps_the_lease_and_writes_the_latest_progress()
    {
        var began = new TaskCompletionSource();
        var handler = new TestJob("test.long", async (job, cancel) =>
        {
            job.Report(.1, "first");
            job.Report(.2, "second");
            began.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, cancel);
            return (string?)null;
        });
        await using var server = JobServer.On(database, _clock, handler);
        await server.StartAsync();
        var id = await EnqueueAsync(server, "test.long");
        await began.Task.WaitAsync(Cancel);

        await AdvanceUntilAsync(async () => (await FindAsync(server, id)).Message == "second");
        var held = await DueAsync(id);
        await AdvanceUntilAsync(async () => await DueAsync(id) > held);

        Assert.Equal(.2, (await FindAsync(server, id)).Progress);
        Assert.Equal(1, handler.Runs);
    }

    [Fact]
    public async Task Two_servers_run_each_job_once_and_no_more_at_once_than_allowed()
    {
        var now = 0;
        var most = 0;
        TestJob Counting() => new("test.many", async (_, cancel) =>
        {
            var here = Interlocked.Increment(ref now);
            InterlockedMax(ref most, here);
            await Task.Delay(2, cancel);
            Interlocked.Decrement(ref now);
            return (string?)null;
        });
        var (one, two) = (Counting(), Counting());
        await using var first = JobServer.On(database, _clock, one);
        await using var second = JobServer.On(database, _clock, two);
        var ids = new List<JobId>();
        for (var i = 0; i < 60; i++)
            ids.Add(await EnqueueAsync(first, "test.many"));

        await Task.WhenAll(first.StartAsync(), second.StartAsync());
        foreach (var id in ids)
            Assert.Equal((JobState.Succeeded, 1), (await EndAsync(first, id)) is var end ? (end.State, end.Attempts) : default);

        Assert.Equal(60, one.Runs + two.Runs);
        Assert.InRange(most, 1, 8);
    }

    [Fact]
    public async Task Jobs_are_listed_newest_first_page_by_page_in_their_workspace_only()
    {
        await using var server = JobServer.On(database, _clock);
        var ids = new List<JobId>();
        for (var i = 0; i < 5; i++)
        {
            ids.Add(await EnqueueAsync(server, i == 2 ? "test.other" : "test.list"));
            _clock.Advance(TimeSpan.FromMilliseconds(1));
        }

        await server.Jobs.CancelAsync(Alice, ids[4], Cancel);
        ids.Reverse();

        var first = (await server.Jobs.ListAsync(Alice, new JobFilter(), 3, null, Cancel)).Value;
        var second = (await server.Jobs.ListAsync(Alice, new JobFilter(), 3, first.NextToken, Cancel)).Value;
        Assert.Equal(ids, first.Items.Concat(second.Items).Select(j => j.Id));
        Assert.Null(second.NextToken);
        Assert.Equal(4, (await server.Jobs.ListAsync(Alice, new JobFilter(Kind: "test.list"), 10, null, Cancel)).Value.Items.Count);
        Assert.Single((await server.Jobs.ListAsync(Alice, new JobFilter(State: JobState.Cancelled), 10, null, Cancel)).Value.Items);
        Assert.Empty((await server.Jobs.ListAsync(Elsewhere, new JobFilter(), 10, null, Cancel)).Value.Items);
        Assert.Null(await server.Jobs.FindAsync(Elsewhere, ids[0], Cancel));
        Assert.Equal("storage.page_token_invalid", (await server.Jobs.ListAsync(Alice, new JobFilter(), 3, "nonsense", Cancel)).Failure?.Code);
    }

    [Fact]
    public async Task Finished_jobs_go_after_their_retention_and_unfinished_ones_stay()
    {
        await using var server = JobServer.On(database, _clock, Succeeding("test.old"));
        var finished = await EnqueueAsync(server, "test.unknown");
        await server.Jobs.CancelAsync(Alice, finished, Cancel);
        var waiting = await EnqueueAsync(server, "test.unknown");

        _clock.Advance(TimeSpan.FromDays(31));
        await server.StartAsync();
        await Eventually.HoldsAsync("the finished job is gone", async () => await server.Jobs.FindAsync(Alice, finished, Cancel) is null);

        Assert.NotNull(await server.Jobs.FindAsync(Alice, waiting, Cancel));
    }

    private static TestJob Succeeding(string kind) => new(kind, (_, _) => Task.FromResult<Result<string?>>((string?)null));

    private static TestJob Waiting(string kind, TaskCompletionSource began) => new(kind, async (_, cancel) =>
    {
        began.SetResult();
        await Task.Delay(Timeout.InfiniteTimeSpan, cancel);
        return (string?)null;
    });

    private static void InterlockedMax(ref int most, int value)
    {
        for (var seen = Volatile.Read(ref most); value > seen; seen = Volatile.Read(ref most))
            Interlocked.CompareExchange(ref most, value, seen);
    }

    private async Task<JobId> EnqueueAsync(JobServer server, string kind, string payload = "{}", string? key = null, DateTimeOffset? runAfter = null) =>
        (await database.Db.WriteAsync<JobId>(
            async session => await server.Jobs.EnqueueAsync(session, Alice, kind, payload, key, runAfter), Cancel)).Value;

    private async Task<LeasedJob> TakeAsync(string kind)
    {
        var now = _clock.GetUtcNow().ToUnixTimeMilliseconds();
        return (await database.Db.WriteAsync<LeasedJob>(
            async session => Assert.Single(await JobStore.TakeAsync(session, [kind], "vanished", now, now + 30_000, 1)), Cancel)).Value;
    }

    private async Task<Result<Done>> GuardAsync(JobContext context) => await database.Db.WriteAsync(context.GuardAsync, Cancel);

    private async Task<long?> DueAsync(JobId id) => await database.Db.ReadAsync(session =>
    {
        using var statement = session.Sql("select due_at from sys_job where tenant_id = 1 and job_id = @id").Set("id", id.ToString());
        return statement.LongAsync();
    }, Cancel);

    private static async Task<Job> FindAsync(JobServer server, JobId id) =>
        await server.Jobs.FindAsync(Alice, id, Cancel) ?? throw new InvalidOperationException($"No job {id}.");

    private static async Task<Job> EndAsync(JobServer server, JobId id)
    {
        await Eventually.HoldsAsync($"job {id} is finished", async () => (await FindAsync(server, id)).FinishedAt is not null);
        return await FindAsync(server, id);
    }

    private static Task WaitsAfterAsync(JobServer server, JobId id, int attempts) => Eventually.HoldsAsync(
        $"the job waits after attempt {attempts}",
        async () => await FindAsync(server, id) is { State: JobState.Queued } job && job.Attempts == attempts);

    // A second each few milliseconds of real time, well within the lease.
    private async Task AdvanceUntilAsync(Func<Task<bool>> condition) => await Eventually.HoldsAsync("it came true while time went by", async () =>
    {
        if (await condition())
            return true;
        _clock.Advance(TimeSpan.FromSeconds(1));
        await Task.Delay(20, Cancel);
        return false;
    });
}

public sealed class JobsOnSqlite() : JobBehaviour(new SqliteDatabase());

public sealed class JobsOnPostgres() : JobBehaviour(new PostgresDatabase());
