using Orrery.Contracts;
using Orrery.Delivery;
using Orrery.Kernel;
using Orrery.Serving;
using Orrery.Storage;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>What the stores of migrations, and what deliveries tell governance, do on either database.</summary>
public abstract class ModelMigrationStoreBehaviour(TestDatabase database) : IAsyncLifetime
{
    private static readonly Actor Ada = new(new(1), "w", "ada");
    private static readonly Actor Elsewhere = new(new(2), "v", "eve");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => database.InitializeAsync();

    public async ValueTask DisposeAsync()
    {
        await database.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Steps_are_counted_and_another_version_opens_the_later_ones()
    {
        await WriteAsync(session => MigrationStore.InsertAsync(session, Ada.Workspace, Migration("a")));
        foreach (var (number, state) in new[] { (1, "done"), (2, "skipped"), (4, "done"), (5, "open"), (7, "done") })
            await WriteAsync(session => MigrationStore.PutStepAsync(session, Ada.Workspace, "a", new(number, state, "why", [new("version", "one", "/x")], "ada", 7)));
        Assert.Equal(4, (await FindAsync(Ada, "a"))!.Ended);
        var steps = await database.Db.ReadAsync(session => MigrationStore.StepsAsync(session, Ada.Workspace, "a"), Cancel);
        Assert.Equal([1, 2, 4, 5, 7], steps.Select(static step => step.Number));
        Assert.Equal(new MigrationEvidence("version", "one", "/x"), Assert.Single(steps[0].Evidence));

        await WriteAsync(session => MigrationStore.SetVersionAsync(session, Ada.Workspace, "a", "9", 4));
        Assert.Equal((2, "9"), (await FindAsync(Ada, "a")) is { } row ? (row.Ended, row.Version!) : default);
        Assert.Null(await FindAsync(Elsewhere, "a"));
    }

    [Fact]
    public async Task Lists_are_newest_first_and_deleting_takes_all_of_one_workspace()
    {
        foreach (var id in new[] { "a", "b", "c" })
            await WriteAsync(session => MigrationStore.InsertAsync(session, Ada.Workspace, Migration(id)));
        await WriteAsync(session => MigrationStore.InsertAsync(session, Elsewhere.Workspace, Migration("c")));
        await WriteAsync(session => ComparisonStore.InsertAsync(session, Ada.Workspace, "c", new() { Id = "1", State = "running" }, new() { Rows = 3 }));
        Assert.Equal(["c", "b"], (await database.Db.ReadAsync(session => MigrationStore.ListAsync(session, Ada.Workspace, "m", "~", 2), Cancel)).Select(static row => row.Id));
        Assert.Equal(["a"], (await database.Db.ReadAsync(session => MigrationStore.ListAsync(session, Ada.Workspace, null, "b", 2), Cancel)).Select(static row => row.Id));

        Assert.Equal(3, (await database.Db.ReadAsync(session => ComparisonStore.FindRunningAsync(session, Ada.Workspace, "c", "1"), Cancel))!.Asked.Rows);
        await WriteAsync(async session => Assert.True(await ComparisonStore.EndAsync(session, Ada.Workspace, "c", new() { Id = "1", State = "done" })));
        await WriteAsync(async session => Assert.False(await ComparisonStore.EndAsync(session, Ada.Workspace, "c", new() { Id = "1", State = "failed" })));
        Assert.Equal("done", Assert.Single(await database.Db.ReadAsync(session => ComparisonStore.ListAsync(session, Ada.Workspace, "c", 5), Cancel)).State);

        await WriteAsync(async session => Assert.True(await MigrationStore.DeleteAsync(session, Ada.Workspace, "c")));
        await WriteAsync(async session => Assert.False(await MigrationStore.DeleteAsync(session, Ada.Workspace, "c")));
        Assert.Empty(await database.Db.ReadAsync(session => ComparisonStore.ListAsync(session, Ada.Workspace, "c", 5), Cancel));
        Assert.NotNull(await FindAsync(Elsewhere, "c"));
    }

    [Fact]
    public async Task Deliveries_that_users_had_are_evidence_and_what_was_taken_back_is_a_change()
    {
        await DeliverAsync("1", "1", "staging", DeliveryStates.Succeeded, deployed: 100);
        await DeliverAsync("2", "2", "production", DeliveryStates.RolledBack, deployed: 200, rolledBack: 300);
        await DeliverAsync("3", "3", "staging", DeliveryStates.Failed, deployed: null, ended: 250);
        await DeliverAsync("4", "4", "staging", DeliveryStates.Succeeded, deployed: 5_000);
        await WriteAsync(async session => await StageStore.UpdateAsync(session, Ada.Workspace, "1", (await StageStore.ListAsync(session, Ada.Workspace, "1"))[0] with { State = "passed" }));
        var found = await new DeliveryEvidence(database.Db).CollectAsync(Ada, 50, 1_000, 1, Cancel);
        Assert.Equal(2, found.Facts["deliveries.runs"].Count);
        var newest = Assert.Single(found.Facts["deliveries.runs"].Items);
        Assert.Equal(("2", 200, "/api/v1/deliveries/2", "sha2"), (newest.Id, newest.At, newest.Link, newest.Sha256));
        Assert.Contains("of 9 stages 1 passed", (await new DeliveryEvidence(database.Db).CollectAsync(Ada, 50, 1_000, 5, Cancel)).Facts["deliveries.runs"].Items[1].Text, StringComparison.Ordinal);
        Assert.Equal([("delivery.rolled_back", 300L), ("delivery.failed", 250L)], found.Changes.Select(static one => (one.Action, one.At)));
        Assert.Empty((await new DeliveryEvidence(database.Db).CollectAsync(Elsewhere, 0, 10_000, 5, Cancel)).Facts);
    }

    [Fact]
    public async Task What_was_brought_elsewhere_and_stands_is_proven()
    {
        var history = new DeliveryHistory(database.Db);
        await DeliverAsync("1", "1", "staging", DeliveryStates.Succeeded, deployed: 100);
        await DeliverAsync("2", "1", "production", DeliveryStates.Succeeded, deployed: 200);
        await DeliverAsync("3", "5", "dev", DeliveryStates.Failed, deployed: null, ended: 9);
        Assert.Equal(100, (await history.ProvenSinceAsync(Ada, "m", "sha1", Cancel))?.ToUnixTimeMilliseconds());
        Assert.Null(await history.ProvenSinceAsync(Ada, "m", "other", Cancel));
        Assert.Null(await history.ProvenSinceAsync(Elsewhere, "m", "sha1", Cancel));
        Assert.True(await history.WasBroughtAsync(Ada, "production", new HashSet<string> { "m", "n" }, Cancel));
        Assert.False(await history.WasBroughtAsync(Ada, "dev", new HashSet<string> { "m" }, Cancel));
        Assert.False(await history.WasBroughtAsync(Ada, "production", new HashSet<string> { "n" }, Cancel));

        // Another version replaces it.
        await DeliverAsync("4", "2", "staging", DeliveryStates.Succeeded, deployed: 300);
        Assert.Null(await history.ProvenSinceAsync(Ada, "m", "sha1", Cancel));
        Assert.Equal(300, (await history.ProvenSinceAsync(Ada, "m", "sha2", Cancel))?.ToUnixTimeMilliseconds());

        // What failed at one place is not proven by another; what this server runs itself Serving tells of.
        await DeliverAsync("5", "2", "dev", DeliveryStates.RolledBack, deployed: 400, rolledBack: 500);
        Assert.Null(await history.ProvenSinceAsync(Ada, "m", "sha2", Cancel));
        await DeliverAsync("6", "7", "dev", DeliveryStates.Succeeded, deployed: 600, kind: "local");
        Assert.Null(await history.ProvenSinceAsync(Ada, "m", "sha7", Cancel));
    }

    [Fact]
    public async Task A_canary_elsewhere_is_watched_for_seven_days_to_the_millisecond()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.FromUnixTimeMilliseconds(1_000));
        var seen = new DeploymentEvidence(database.Db, new DeployedVersions(database.Db, null!, clock), clock);
        Assert.NotNull((await seen.MonitorAsync(Ada, Migration("a"), [], Cancel)).Missing);
        await DeliverAsync("1", "1", "production", DeliveryStates.Waiting, deployed: 1_000, percent: 10);
        Assert.Null((await seen.CanaryAsync(Ada, Migration("a"), Cancel)).Missing);
        Assert.NotNull((await seen.StagingAsync(Ada, Migration("a"), Cancel)).Missing);
        clock.Advance(TimeSpan.FromDays(7) - TimeSpan.FromMilliseconds(1));
        Assert.Contains("watched for 7 days", (await seen.MonitorAsync(Ada, Migration("a"), [], Cancel)).Missing, StringComparison.Ordinal);
        clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Null((await seen.MonitorAsync(Ada, Migration("a"), [], Cancel)).Missing);

        List<MigrationStepRow> steps = [.. Enumerable.Range(1, 9).Select(static number => new MigrationStepRow(number, "done", null, [], "ada", 1))];
        Assert.Contains("not all of the traffic", (await seen.CutoverAsync(Ada, Migration("a"), steps, Cancel)).Missing, StringComparison.Ordinal);
        await WriteAsync(async session => await DeliveryStore.UpdateAsync(session, Ada.Workspace, (await DeliveryStore.FindAsync(session, Ada.Workspace, "1"))! with { State = DeliveryStates.Succeeded }));
        Assert.Null((await seen.CutoverAsync(Ada, Migration("a"), steps, Cancel)).Missing);
        Assert.Equal("Steps 9 are open.", (await seen.CutoverAsync(Ada, Migration("a"), steps[..8], Cancel)).Missing);

        // Another version takes the place.
        await DeliverAsync("2", "2", "production", DeliveryStates.Succeeded, deployed: 2_000);
        Assert.Contains("has no share", (await seen.CanaryAsync(Ada, Migration("a"), Cancel)).Missing, StringComparison.Ordinal);
    }

    private static MigrationRow Migration(string id) => new(id, "m", "1", "production", new() { Model = "m", LeastAgreement = 0.99 }, 0, "ada", 1);

    private async Task DeliverAsync(string id, string version, string environment, string state, long? deployed, long? rolledBack = null, long? ended = null, string kind = "kserve-git", double? percent = null)
    {
        var row = new DeliveryRow
        {
            Id = id,
            Spec = new StartDelivery { Model = "m", Version = version, Environment = environment, Name = "m" },
            Plan = new() { ModelSha256 = "sha" + version, TargetKind = kind, Percent = percent },
            State = DeliveryStates.Queued,
            Stage = StageNames.Validate,
            JobId = "j",
            RequestedBy = "ann",
            RequestedAt = 1,
        };
        await WriteAsync(async session =>
        {
            Assert.True(await DeliveryStore.InsertAsync(session, Ada.Workspace, row));
            await StageStore.InsertAsync(session, Ada.Workspace, id);
            await DeliveryStore.UpdateAsync(session, Ada.Workspace, row with { State = state, DeployedAt = deployed, RolledBackAt = rolledBack, EndedAt = ended });
        });
    }

    private ValueTask<MigrationRow?> FindAsync(Actor actor, string id) => database.Db.ReadAsync(session => MigrationStore.FindAsync(session, actor.Workspace, id), Cancel);

    private async Task WriteAsync(Func<DbSession, ValueTask> write) => Assert.True((await database.Db.WriteAsync<Done>(async session =>
    {
        await write(session);
        return Done.Ok;
    }, Cancel)).Succeeded);
}

/// <summary>On SQLite.</summary>
public sealed class ModelMigrationStoreOnSqlite() : ModelMigrationStoreBehaviour(new SqliteDatabase());

/// <summary>On PostgreSQL.</summary>
public sealed class ModelMigrationStoreOnPostgres() : ModelMigrationStoreBehaviour(new PostgresDatabase());
