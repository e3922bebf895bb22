using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Orrery.Contracts;
using Orrery.Features;
using Orrery.Kernel;
using Orrery.Storage;
using Orrery.Tenancy;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration.Features.Online;

/// <summary>Pushes that are in the history and may not be online, on every database.</summary>
public abstract class OpenPushBehaviour(TestDatabase database) : IAsyncLifetime
{
    private const string Definitions = """
        entities: [{ name: driver, join_keys: [{ name: driver_id, type: int64 }] }]
        sources: [{ name: clicks, type: push }]
        feature_views: [{ name: counted, entities: [driver], source: clicks, features: [{ name: count, type: int64 }] }]
        """;

    private static readonly Actor Alice = new(WorkspaceId.Default, "default", "alice");
    private readonly FakeTimeProvider _clock = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await database.InitializeAsync();

    public async ValueTask DisposeAsync()
    {
        await database.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Those_that_fail_do_not_hold_up_the_others()
    {
        var projects = new Projects(database.Db);
        var changes = new ProjectChanges(
            database.Db, TestAudit.Log(database.Db, _clock), database.Services.GetRequiredService<Outbox>(), projects, [], estimate: null, _clock);
        Assert.True((await changes.ApplyAsync(Alice, "rides", DefinitionYaml.Read(Definitions).Value.Document, new(), Cancel)).Succeeded);
        for (var at = 0; at < 205; at++)
            await OpenAsync("rides", at, first: at + 1);
        // Of a project that is gone: there is nothing to be written, so they end.
        for (var at = 300; at < 303; at++)
            await OpenAsync("nowhere", at, first: 1);
        await using var store = new NoOnlineStore(Failure.Unavailable("features.online_unavailable", "It is away."));
        using var healing = new PushHealing(database.Db, projects, store, new PushRules(null!, _clock), _clock, NullLogger<PushHealing>.Instance);
        Assert.Equal(3, await healing.RunAsync(Cancel));
        Assert.Equal(0, await healing.RunAsync(Cancel));
    }

    [Fact]
    public async Task The_first_row_of_those_of_a_source_is_told()
    {
        Assert.Equal(long.MaxValue, await FirstAsync());
        await OpenAsync("rides", 1, first: 70);
        await OpenAsync("rides", 2, first: 20);
        await OpenAsync("rides", 3, first: 0);
        await OpenAsync("others", 4, first: 5);
        Assert.Equal(20, await FirstAsync());
        await database.Db.WriteAsync<Done>(async session =>
        {
            await PushStore.FinishKeyAsync(session, Alice.Workspace, "rides", "clicks", "key-2", Pushes.Write(State(20)));
            return Done.Ok;
        }, Cancel);
        Assert.Equal(70, await FirstAsync());
    }

    private ValueTask<long> FirstAsync() => database.Db.ReadAsync(session => PushStore.FirstOpenAsync(session, Alice.Workspace, "rides", "clicks"), Cancel);

    private async Task OpenAsync(string project, int number, long first) => await database.Db.WriteAsync<Done>(async session =>
    {
        await PushStore.InsertKeyAsync(
            session, Alice.Workspace, project, "clicks", $"key-{number}", [1], PushStore.Stored, Pushes.Write(State(first)), _clock.GetUtcNow().AddSeconds(number / 3));
        return Done.Ok;
    }, Cancel);

    private static PushState State(long first) => new() { Answer = new PushAnswer { Rows = 1, Accepted = 1, Errors = [] }, First = first, Last = first };
}

public sealed class OpenPushOnSqlite() : OpenPushBehaviour(new SqliteDatabase());

public sealed class OpenPushOnPostgres() : OpenPushBehaviour(new PostgresDatabase());
