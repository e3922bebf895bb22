using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Orrery.Kernel;
using Orrery.Storage;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>What operators see of jobs and events, on every database.</summary>
public abstract class TelemetryBehaviour(TestDatabase database) : IAsyncLifetime
{
    private static readonly Actor Alice = new(WorkspaceId.Default, "default", "alice");
    private readonly FakeTimeProvider _clock = new();

    // Spans are the process's: other tests' have other names.
    private readonly string _own = "test." + database.GetType().Name;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => database.InitializeAsync();

    public async ValueTask DisposeAsync()
    {
        await database.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Attempts_at_jobs_are_timed_and_traced_by_kind_and_outcome()
    {
        using var observed = new Observed(database.Services.GetRequiredService<StorageMetrics>());
        var handler = new TestJob(_own, (job, _) =>
        {
            _clock.Advance(TimeSpan.FromSeconds(2));
            return Task.FromResult<Result<string?>>(job.Payload is "1" ? Failure.Conflict("test.no", "No.") : job.Payload);
        });
        await using var server = JobServer.On(database, _clock, handler);
        await server.StartAsync();
        for (var i = 0; i < 2; i++)
        {
            await database.Db.WriteAsync<JobId>(async session => await server.Jobs.EnqueueAsync(session, Alice, _own, $"{i}"), Cancel);
            server.Look();
        }

        await Eventually.HoldsAsync("both are counted", () => observed.Spans("job " + _own).Count == 2);

        Assert.Equal(
            [$"kind={_own} outcome=failed", $"kind={_own} outcome=succeeded"],
            observed.Seconds("orrery.storage.jobs.duration").Select(static m => m.Tags).Order());
        Assert.All(observed.Seconds("orrery.storage.jobs.duration"), static m => Assert.InRange(m.Value, 2, 4));
        Assert.Equal([("failed", ActivityStatusCode.Error), ("succeeded", ActivityStatusCode.Unset)], observed.Spans("job " + _own).Order());
    }

    [Fact]
    public async Task Deliveries_of_events_are_timed_from_the_event_and_traced()
    {
        using var observed = new Observed(database.Services.GetRequiredService<StorageMetrics>());
        var handler = new TestHandler("test.observed", _own);
        handler.Answer = (_, _) => Task.FromResult<Result<Done>>(handler.Told.Count == 1 ? Failure.Conflict("test.no", "No.") : default(Done));
        await using var server = new OutboxServer(database, _clock, handler);
        await database.Db.WriteAsync<Done>(session =>
        {
            server.Outbox.Append(session, Alice, _own, "{}");
            return new(Done.Ok);
        }, Cancel);
        _clock.Advance(TimeSpan.FromSeconds(7));
        await server.StartAsync();
        await Eventually.HoldsAsync("the first attempt", () => observed.Spans("deliver " + _own).Count == 1);
        await Eventually.HoldsAsync("the second attempt", () =>
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            server.Look();
            return observed.Spans("deliver " + _own).Count == 2;
        });

        Assert.Equal([("retry", ActivityStatusCode.Error), ("done", ActivityStatusCode.Unset)], observed.Spans("deliver " + _own));
        var lags = observed.Seconds("orrery.storage.outbox.lag");
        Assert.Equal(["handler=test.observed", "handler=test.observed"], lags.Select(static m => m.Tags));
        Assert.All(lags, static m => Assert.InRange(m.Value, 7, 600));
    }
}

public sealed class TelemetryOnSqlite() : TelemetryBehaviour(new SqliteDatabase());

public sealed class TelemetryOnPostgres() : TelemetryBehaviour(new PostgresDatabase());
