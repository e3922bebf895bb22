using Microsoft.Extensions.DependencyInjection;
using Orrery.Features;
using Orrery.Kernel;
using Orrery.Storage;
using Orrery.Tenancy;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>What the catalogue shows and counts, on every database.</summary>
public abstract class CatalogueBehaviour(TestDatabase database) : IAsyncLifetime
{
    private const string Rides = """
        entities: [{ name: driver, join_keys: [{ name: driver_id, type: int64 }] }, { name: rider, join_keys: [{ name: rider_id }] }]
        sources: [{ name: stats, type: file, path: drivers/*.parquet }, { name: people, type: file, path: people.csv }]
        feature_views:
          - name: hourly
            entities: [driver]
            source: stats
            owner: fleet
            tags: { team: rides }
            features: [{ name: conv_rate, type: float32, description: Share of offers taken }, { name: trips, type: int64 }, { name: idle, type: int64 }]
          - { name: profile, entities: [rider], source: people, features: [{ name: age, type: int64 }] }
        on_demand_views:
          - { name: rates, inputs: ["hourly:conv_rate"], features: [{ name: twice, type: float64, expression: "conv_rate * 2" }] }
        feature_services:
          - { name: activity, features: [{ view: hourly, features: [conv_rate] }, { view: rates }] }
          - { name: both, features: [{ view: hourly, features: [conv_rate] }, { view: profile }] }
        """;

    private static readonly Actor Alice = new(WorkspaceId.Default, "default", "alice");
    private readonly FakeTimeProvider _clock = new();
    private Projects _projects = null!;
    private Catalogue _catalogue = null!;
    private FeatureUsage _usage = null!;
    private UsageReports _reports = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await database.InitializeAsync();
        _projects = new(database.Db);
        _catalogue = new(database.Db, _projects);
        _usage = new(database.Db, _clock);
        _reports = new(database.Db, _projects, _clock);
        var changes = new ProjectChanges(
            database.Db, TestAudit.Log(database.Db, _clock), database.Services.GetRequiredService<Outbox>(), _projects, [], estimate: null, _clock);
        foreach (var project in new[] { "rides", "more" })
            Assert.True((await changes.ApplyAsync(Alice, project, DefinitionYaml.Read(Rides).Value.Document, new(), Cancel)).Succeeded);
    }

    public async ValueTask DisposeAsync()
    {
        await database.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Projects_and_views_come_in_pages_by_name()
    {
        var first = (await _catalogue.ProjectsAsync(Alice, Filter(limit: 1), Cancel)).Value;
        var second = (await _catalogue.ProjectsAsync(Alice, Filter(limit: 1) with { Token = first.NextPageToken }, Cancel)).Value;
        Assert.Equal(("more", 2, 1, 5, 2), first.Projects.Select(one => (one.Name, one.Views, one.OnDemandViews, one.Features, one.Services)).Single());
        Assert.Equal("rides", Assert.Single(second.Projects).Name);
        Assert.Null(second.NextPageToken);

        var views = (await _catalogue.ViewsAsync(Alice, "rides", Filter(limit: 2), Cancel)).Value;
        Assert.Equal(["hourly", "profile"], views.Views.Select(view => view.Name));
        Assert.Equal("rates", Assert.Single((await _catalogue.ViewsAsync(Alice, "rides", Filter(limit: 2) with { Token = views.NextPageToken }, Cancel)).Value.Views).Name);
        Assert.Equal("features.invalid_page_token", (await _catalogue.ViewsAsync(Alice, "rides", Filter() with { Token = "?" }, Cancel)).Failure?.Code);
    }

    [Theory]
    [InlineData("our", null, null, null, "hourly")]
    [InlineData(null, "team", null, null, "hourly")]
    [InlineData(null, "team=rides", null, null, "hourly")]
    [InlineData(null, "team=x", null, null, "")]
    [InlineData(null, null, "fleet", null, "hourly")]
    [InlineData(null, null, null, "driver", "hourly rates")]
    [InlineData(null, null, null, "rider", "profile")]
    public async Task Views_are_filtered(string? name, string? tag, string? owner, string? entity, string expected) =>
        Assert.Equal(expected, string.Join(' ', (await _catalogue.ViewsAsync(Alice, "rides", new(name, tag, owner, entity, null, null), Cancel)).Value.Views.Select(view => view.Name)));

    [Fact]
    public async Task A_view_tells_its_versions_and_who_uses_it()
    {
        var detail = (await _catalogue.ViewAsync(Alice, "rides", "hourly", Cancel)).Value;

        Assert.Equal((1, "alice"), detail.Versions.Select(version => (version.Version, version.CreatedBy)).Single());
        Assert.Equal([("activity", 1), ("both", 1)], detail.Services.Select(user => (user.Service, user.Version)));
        Assert.Equal(["rates"], detail.OnDemandViews);
        Assert.Equal("features.view_not_found", (await _catalogue.ViewAsync(Alice, "rides", "nope", Cancel)).Failure?.Code);
    }

    [Fact]
    public async Task Who_has_a_right_to_one_view_sees_what_belongs_to_it()
    {
        var id = (await _catalogue.ViewAsync(Alice, "rides", "profile", Cancel)).Value.View.Id;
        var limited = Alice with { Limits = new(Permissions.ViewKind, new HashSet<string> { id }) };

        Assert.Equal("rides", Assert.Single((await _catalogue.ProjectsAsync(limited, Filter(), Cancel)).Value.Projects).Name);
        Assert.Equal("profile", Assert.Single((await _catalogue.ViewsAsync(limited, "rides", Filter(), Cancel)).Value.Views).Name);
        Assert.Equal("rider", Assert.Single((await _catalogue.EntitiesAsync(limited, "rides", Filter(), Cancel)).Value.Entities).Name);
        Assert.Equal("people", Assert.Single((await _catalogue.SourcesAsync(limited, "rides", Filter(), Cancel)).Value.Sources).Name);
        Assert.Empty((await _catalogue.ServicesAsync(limited, "rides", Filter(), Cancel)).Value.Services);
        Assert.Equal("features.view_not_found", (await _catalogue.ViewAsync(limited, "rides", "hourly", Cancel)).Failure?.Code);
        Assert.DoesNotContain((await Search(limited, "driver")).Found, static one => one.Name.StartsWith("hourly", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Grants_name_views_by_id_or_name()
    {
        IGrantableObjects views = new GrantableViews();
        var id = (await _catalogue.ViewAsync(Alice, "rides", "hourly", Cancel)).Value.View.Id;

        Assert.Equal(id, await database.Db.ReadAsync(session => views.FindAsync(session, Alice.Workspace, id), Cancel));
        Assert.Equal(id, await database.Db.ReadAsync(session => views.FindAsync(session, Alice.Workspace, "rides/hourly"), Cancel));
        Assert.Null(await database.Db.ReadAsync(session => views.FindAsync(session, Alice.Workspace, "hourly"), Cancel));
        Assert.Null(await database.Db.ReadAsync(session => views.FindAsync(session, new WorkspaceId(2), id), Cancel));
        Assert.Equal("rides/hourly", (await database.Db.ReadAsync(session => views.NamesAsync(session, [(Alice.Workspace, id)]), Cancel))[(Alice.Workspace, id)]);
    }

    [Fact]
    public async Task Search_finds_words_in_names_first()
    {
        var found = await Search(Alice, "conv_rate");
        Assert.Equal([("feature", "more", "hourly:conv_rate"), ("feature", "rides", "hourly:conv_rate")], found.Found.Take(2).Select(one => (one.Kind, one.Project, one.Name)));
        Assert.Contains((await Search(Alice, "offers fleet")).Found, static one => one.Name == "hourly:conv_rate");
        Assert.Contains((await Search(Alice, "team=rides")).Found, static one => one.Name == "hourly");

        var page = (await new FeatureSearch(_catalogue).FindAsync(Alice, "driver", 3, null, Cancel)).Value;
        var rest = (await new FeatureSearch(_catalogue).FindAsync(Alice, "driver", 1000, page.NextPageToken, Cancel)).Value;
        Assert.Equal((await Search(Alice, "driver")).Found, [.. page.Found, .. rest.Found]);
        Assert.Equal("features.query_invalid", (await new FeatureSearch(_catalogue).FindAsync(Alice, " ", null, null, Cancel)).Failure?.Code);
    }

    [Fact]
    public async Task Reads_are_counted_and_unused_features_told()
    {
        var project = (await _projects.FindAsync(Alice, "rides", Cancel)).Value;
        Assert.Equal(["hourly:idle", "hourly:trips"], (await _reports.UnusedAsync(Alice, "rides", 7, Cancel)).Value.Features);
        var service = FeatureSelection.OfService(project, "activity", fullNames: false).Value;
        var trips = FeatureSelection.OfReferences(project, ["hourly:trips"], fullNames: false).Value;

        for (var flush = 0; flush < 2; flush++)
        {
            for (var i = 0; i < 3; i++)
                _usage.Count(service);
            _usage.Count(trips);
            await _usage.FlushAsync(Cancel);
        }

        var report = (await _reports.ReportAsync(Alice, "rides", 7, Cancel)).Value;
        Assert.Equal([("service", "activity", 6L), ("feature", "hourly:trips", 2L)], report.Reads.Select(one => (one.Kind, one.Name, one.Reads)));
        Assert.Equal((5, 3, 1, 1 / 3d), (report.Features, report.Used, report.Reused, report.ReuseRate!.Value));
        Assert.Equal(["hourly:idle"], (await _reports.UnusedAsync(Alice, "rides", 7, Cancel)).Value.Features);
        _clock.Advance(TimeSpan.FromDays(7));
        Assert.Equal(["hourly:idle", "hourly:trips"], (await _reports.UnusedAsync(Alice, "rides", 7, Cancel)).Value.Features);
    }

    [Fact]
    public async Task Counting_allocates_nothing()
    {
        var project = (await _projects.FindAsync(Alice, "rides", Cancel)).Value;
        var service = FeatureSelection.OfService(project, "activity", fullNames: false).Value;
        var single = FeatureSelection.OfReferences(project, ["hourly:trips", "rates:twice"], fullNames: false).Value;
        CountAll();
        var before = GC.GetAllocatedBytesForCurrentThread();

        CountAll();

        // What the runtime allocates once, while it makes the method faster, is not ours: less than a byte a call.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_999);

        void CountAll()
        {
            for (var i = 0; i < 1_000; i++)
            {
                _usage.Count(service);
                _usage.Count(single);
            }
        }
    }

    private async Task<Orrery.Contracts.FeatureSearchPage> Search(Actor actor, string query) =>
        (await new FeatureSearch(_catalogue).FindAsync(actor, query, 1000, null, Cancel)).Value;

    private static CatalogueFilter Filter(int? limit = null) => new(null, null, null, null, limit, null);
}

public sealed class CatalogueOnSqlite() : CatalogueBehaviour(new SqliteDatabase());

public sealed class CatalogueOnPostgres() : CatalogueBehaviour(new PostgresDatabase());
