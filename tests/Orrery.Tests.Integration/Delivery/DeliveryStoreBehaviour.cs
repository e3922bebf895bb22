using Orrery.Contracts;
using Orrery.Delivery;
using Orrery.Kernel;
using Orrery.Serving;
using Orrery.Storage;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>What the stores of deliveries do on either database.</summary>
public abstract class DeliveryStoreBehaviour(TestDatabase database) : IAsyncLifetime
{
    private static readonly WorkspaceId Here = new(1);
    private static readonly WorkspaceId Elsewhere = new(2);

    private const string Place = "deployment";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => database.InitializeAsync();

    public async ValueTask DisposeAsync()
    {
        await database.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task One_unfinished_delivery_of_a_version_to_a_deployment()
    {
        var first = Row("1", Place);
        Assert.True(await InsertAsync(Here, first));
        Assert.False(await InsertAsync(Here, Row("2", Place)));
        Assert.True(await InsertAsync(Elsewhere, Row("3", Place)));
        Assert.Equal(first.Id, (await ReadAsync(session => DeliveryStore.FindOpenAsync(session, Here, first.Spec)))!.Id);

        await WriteAsync(session => DeliveryStore.UpdateAsync(session, Here, first with { State = DeliveryStates.Failed, Message = "it broke", EndedAt = 7, Plan = first.Plan with { Percent = 12.5 } }));
        var found = (await ReadAsync(session => DeliveryStore.FindAsync(session, Here, first.Id)))!;
        Assert.Equal((DeliveryStates.Failed, "it broke", 7L, 12.5), (found.State, found.Message, found.EndedAt, found.Plan.Percent));
        Assert.True(await InsertAsync(Here, Row("4", Place)));
        Assert.Null(await ReadAsync(session => DeliveryStore.FindAsync(session, Elsewhere, first.Id)));
    }

    [Fact]
    public async Task One_delivery_a_request_key()
    {
        Assert.True(await InsertAsync(Here, Row("a", Place + "a") with { RequestKey = Place }));
        Assert.False(await InsertAsync(Here, Row("b", Place + "b") with { RequestKey = Place }));
        Assert.StartsWith("a", (await ReadAsync(session => DeliveryStore.FindRequestAsync(session, Here, Place)))!.Id, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stages_lines_and_lists()
    {
        var row = Row("s", Place);
        Assert.True(await InsertAsync(Here, row));
        await WriteAsync(session => StageStore.InsertAsync(session, Here, row.Id));
        var stages = await ReadAsync(session => StageStore.ListAsync(session, Here, row.Id));
        Assert.Equal(StageNames.All, stages.Select(static stage => stage.Name));
        await WriteAsync(session => StageStore.UpdateAsync(session, Here, row.Id, stages[1] with { State = "failed", StartedAt = 1, EndedAt = 3, Sha256 = "f", Tries = 2 }));
        Assert.Equal(("failed", 3L, 2L), (await ReadAsync(session => StageStore.ListAsync(session, Here, row.Id)))[1] is var stage ? (stage.State, stage.EndedAt, stage.Tries) : default);
        await WriteAsync(session => StageStore.ResetAsync(session, Here, row.Id, 2));
        Assert.All(await ReadAsync(session => StageStore.ListAsync(session, Here, row.Id)), static one => Assert.Equal("pending", one.State));

        await WriteAsync(session => StageStore.LogAsync(session, Here, row.Id, "validate", 5, "info", "one"));
        await WriteAsync(session => StageStore.LogAsync(session, Here, row.Id, "validate", 6, "info", "two"));
        Assert.Equal([(1L, "one"), (2L, "two")], (await ReadAsync(session => StageStore.LinesAsync(session, Here, row.Id, 0, 10))).Select(static line => (line.Number, line.Text)));
        Assert.Equal("two", Assert.Single(await ReadAsync(session => StageStore.NewestAsync(session, Here, row.Id, 1))).Text);
        var listed = await ReadAsync(session => DeliveryStore.ListAsync(session, Here, new("m", null, "staging", Place, DeliveryStates.Queued), "~", 10));
        Assert.Equal(row.Id, Assert.Single(listed).Id);
        Assert.Empty(await ReadAsync(session => DeliveryStore.ListAsync(session, Here, new("m", "9", null, Place, null), "~", 10)));
    }

    [Fact]
    public async Task Signals_are_summed_before_and_what_was_bad_is_not_gone_back_to()
    {
        var (old, bad, now) = (Row("1", Place), Row("2", Place, "2"), Row("3", Place, "3"));
        foreach (var row in new[] { old, bad, now })
        {
            Assert.True(await InsertAsync(Here, row));
            await WriteAsync(session => DeliveryStore.UpdateAsync(session, Here, row with { State = DeliveryStates.Succeeded, EndedAt = 1 }));
        }

        Assert.Equal(bad.Id, (await ReadAsync(session => DeliveryStore.FindFormerAsync(session, Here, now)))!.Id);
        await WriteAsync(session => SignalStore.MarkBadAsync(session, Here, bad, "slow", 5));
        await WriteAsync(session => SignalStore.MarkBadAsync(session, Here, bad, "slow again", 6));
        Assert.Equal(old.Id, (await ReadAsync(session => DeliveryStore.FindFormerAsync(session, Here, now)))!.Id);
        await WriteAsync(session => SignalStore.UnmarkAsync(session, Here, bad));
        Assert.Equal(bad.Id, (await ReadAsync(session => DeliveryStore.FindFormerAsync(session, Here, now)))!.Id);

        await WriteAsync(session => SignalStore.InsertAsync(session, "n", 100, [Signal(Place, "1", 30, 10), Signal(Place, "3", 50, 99)]));
        await WriteAsync(session => SignalStore.InsertAsync(session, "o", 200, [Signal(Place, "1", 10, 50), Signal(Place, "2", 0, null)]));
        Assert.Equal((40L, 20.0), await ReadAsync(session => SignalStore.BeforeAsync(session, Here, now, 0, 300)) is var (requests, p95) ? (requests, p95!.Value) : default);
        Assert.Equal((0L, null), await ReadAsync(session => SignalStore.BeforeAsync(session, Here, now, 300, 400)));
        var own = Assert.Single(await ReadAsync(session => SignalStore.ListAsync(session, Here, now, 0)));
        Assert.Equal((50L, 1L, true), (own.Requests, own.Failed, own.IsReady));
    }

    [Fact]
    public async Task Figures_find_what_was_asked_for_or_deployed_in_a_time()
    {
        DeliveryRow[] rows =
        [
            Row("1", "early") with { RequestedAt = 10, DeployedAt = 60 },
            Row("2", "late") with { RequestedAt = 55, DeployedAt = 200 },
            Row("3", "before") with { RequestedAt = 10, DeployedAt = 20 },
            Row("4", "after") with { RequestedAt = 150, DeployedAt = 160 },
        ];
        foreach (var row in rows)
        {
            Assert.True(await InsertAsync(Here, row));
            await WriteAsync(session => DeliveryStore.UpdateAsync(session, Here, row));
        }

        Assert.Equal(["early", "late"], (await ReadAsync(session => DeliveryStore.SinceAsync(session, Here, 50, 100, "m", "staging", 10))).Select(static row => row.Name));
        Assert.Empty(await ReadAsync(session => DeliveryStore.SinceAsync(session, Here, 50, 100, "m", "production", 10)));
    }

    [Fact]
    public async Task Watched_and_open_deliveries_of_all_workspaces_are_paged_with_their_signals()
    {
        foreach (var (workspace, id) in new[] { (Here, "1"), (Here, "2"), (Elsewhere, "1"), (Elsewhere, "3") })
        {
            var row = Row(workspace.Value.ToString(System.Globalization.CultureInfo.InvariantCulture) + id, Place, id);
            Assert.True(await InsertAsync(workspace, row));
            if (id != "3")
                await WriteAsync(session => DeliveryStore.UpdateAsync(session, workspace, row with { State = DeliveryStates.Succeeded, WatchUntil = 500 }));
        }

        await WriteAsync(session => SignalStore.InsertAsync(
            session, "n", 100, [Signal(Place, "1", 30, 10), Signal(Place, "2", 5, 10), Signal(Place, "9", 7, 10), Signal(Place, "1", 3, 10) with { Workspace = Elsewhere }]));
        await WriteAsync(session => SignalStore.InsertAsync(session, "n", 90, [Signal(Place, "1", 99, 10)]));

        var first = await ReadAsync(session => DeliveryStore.WatchedAsync(session, (long.MinValue, ""), 2));
        Assert.Equal([(1L, "1"), (1L, "2")], first.Select(static one => (one.Workspace.Value, one.Row.Spec.Version)));
        var second = await ReadAsync(session => DeliveryStore.WatchedAsync(session, (first[1].Workspace.Value, first[1].Row.Id), 2));
        Assert.Equal([(2L, "1")], second.Select(static one => (one.Workspace.Value, one.Row.Spec.Version)));
        Assert.Equal(["3"], (await ReadAsync(session => DeliveryStore.OpenAsync(session, (1, "~"), 2))).Select(static one => one.Row.Spec.Version));

        var (from, to) = ((1L, first[0].Row.Id), (1L, first[1].Row.Id));
        var signals = await ReadAsync(session => SignalStore.WatchedAsync(session, from, to, 95));
        Assert.Equal([(from, 30L), (to, 5L)], signals.SelectMany(static group => group.Select(one => (group.Key, one.Requests))));
        var elsewhere = (2L, second[0].Row.Id);
        Assert.Equal([(elsewhere, 3L)], (await ReadAsync(session => SignalStore.WatchedAsync(session, elsewhere, elsewhere, 0))).SelectMany(static group => group.Select(one => (group.Key, one.Requests))));
    }

    [Fact]
    public async Task Thresholds_of_all_workspaces_are_read_at_once_each_with_its_own()
    {
        await WriteAsync(session => SettingStore.PutAsync(session, Here, "*", new() { Rollback = new() { ErrorPercent = 7, P95Ratio = 3 } }, null, "ann", 1));
        await WriteAsync(session => SettingStore.PutAsync(session, Here, "staging", new() { Rollback = new() { ErrorPercent = 9 } }, null, "ann", 1));
        var thresholds = await new EnvironmentSettings(database.Db, null!, null!, null!, null!, TimeProvider.System).ThresholdsAsync([Here, Elsewhere], Cancel);

        Assert.Equal((9.0, 3.0, 99.0), (thresholds(Here, "staging").ErrorPercent, thresholds(Here, "staging").P95Ratio, thresholds(Here, "staging").AvailabilityPercent));
        Assert.Equal(7.0, thresholds(Here, "production").ErrorPercent);
        Assert.Equal(5.0, thresholds(Elsewhere, "staging").ErrorPercent);
    }

    [Fact]
    public async Task Traffic_is_that_of_all_servers_deployments_and_versions_in_the_busiest_of_seven_days()
    {
        var now = new DateTimeOffset(2026, 3, 10, 12, 30, 0, TimeSpan.Zero);
        var hour = TrafficHistory.HourOf(now);
        var history = new TrafficHistory(database.Db, new FakeTimeProvider(now));
        var actor = new Actor(Here, "default", "ann");
        Assert.Equal(0, await history.BusiestDayAsync(actor, "m", "staging", Cancel));

        // Two servers, two deployments, two versions, looked at twice: a server that begins anew takes nothing away.
        await WriteAsync(session => TrafficStore.AddAsync(session, "n", hour, [Signal(Place, "1", 30, 10), Signal(Place, "2", 5, 10), Signal("other", "1", 7, 10), Signal(Place, "3", 0, null)]));
        await WriteAsync(session => TrafficStore.AddAsync(session, "n", hour, [Signal(Place, "1", 8, 10)]));
        await WriteAsync(session => TrafficStore.AddAsync(session, "o", hour - 23, [Signal(Place, "1", 50, 10)]));
        Assert.Equal(100, await history.BusiestDayAsync(actor, "m", "staging", Cancel));

        // The days before are days of their own; what is older than seven of them is not looked at.
        await WriteAsync(session => TrafficStore.AddAsync(session, "n", hour - 24, [Signal(Place, "1", 99, 10)]));
        Assert.Equal(100, await history.BusiestDayAsync(actor, "m", "staging", Cancel));
        await WriteAsync(session => TrafficStore.AddAsync(session, "n", hour - 167, [Signal(Place, "1", 101, 10)]));
        Assert.Equal(101, await history.BusiestDayAsync(actor, "m", "staging", Cancel));
        await WriteAsync(session => TrafficStore.AddAsync(session, "n", hour - 168, [Signal(Place, "1", 1000, 10)]));
        Assert.Equal(101, await history.BusiestDayAsync(actor, "m", "staging", Cancel));

        Assert.Equal(0, await history.BusiestDayAsync(actor, "m", "production", Cancel));
        Assert.Equal(0, await history.BusiestDayAsync(actor, "x", "staging", Cancel));
        Assert.Equal(0, await history.BusiestDayAsync(new(Elsewhere, "other", "ann"), "m", "staging", Cancel));
        await WriteAsync(session => TrafficStore.ForgetAsync(session, hour - 23));
        Assert.Equal(100, await history.BusiestDayAsync(actor, "m", "staging", Cancel));
        await WriteAsync(session => TrafficStore.ForgetAsync(session, hour));
        Assert.Equal(50, await history.BusiestDayAsync(actor, "m", "staging", Cancel));
    }

    private static ServingSignal Signal(string name, string version, long requests, double? p95) => new(Here, "staging", name, "m", version, requests, requests > 0 ? 1 : 0, 0, p95, true);

    private static DeliveryRow Row(string id, string name, string version = "1") => new()
    {
        Id = id + name,
        Spec = new StartDelivery { Model = "m", Version = version, Environment = "staging", Name = name },
        Plan = new(),
        State = DeliveryStates.Queued,
        Stage = StageNames.Validate,
        JobId = "j",
        RequestedBy = "ann",
        RequestedAt = 1,
    };

    private async Task<bool> InsertAsync(WorkspaceId workspace, DeliveryRow row)
    {
        var inserted = await database.Db.WriteAsync<Done>(
            async session => await DeliveryStore.InsertAsync(session, workspace, row) ? Done.Ok : Failure.Conflict("test.there", "There is one."), Cancel);
        return inserted.Succeeded;
    }

    private async Task WriteAsync(Func<DbSession, ValueTask> write) => Assert.True((await database.Db.WriteAsync<Done>(async session =>
    {
        await write(session);
        return Done.Ok;
    }, Cancel)).Succeeded);

    private ValueTask<T> ReadAsync<T>(Func<DbSession, ValueTask<T>> read) => database.Db.ReadAsync(read, Cancel);
}

/// <summary>On SQLite.</summary>
public sealed class DeliveryStoreOnSqlite() : DeliveryStoreBehaviour(new SqliteDatabase());

/// <summary>On PostgreSQL.</summary>
public sealed class DeliveryStoreOnPostgres() : DeliveryStoreBehaviour(new PostgresDatabase());
