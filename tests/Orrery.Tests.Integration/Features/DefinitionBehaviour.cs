using Microsoft.Extensions.DependencyInjection;
using Orrery.Contracts;
using Orrery.Features;
using Orrery.Kernel;
using Orrery.Storage;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>What plan, apply, rollback and history promise, on every database.</summary>
public abstract class DefinitionBehaviour(TestDatabase database) : IAsyncLifetime
{
    private const string Rides = """
        entities: [{ name: driver, join_keys: [{ name: driver_id, type: int64 }] }]
        sources: [{ name: stats, type: file, path: drivers/*.parquet }]
        feature_views:
          - name: hourly
            entities: [driver]
            source: stats
            ttl: 1d
            features: [{ name: conv_rate, type: float32 }, { name: trips, type: int64 }]
        on_demand_views:
          - { name: rates, inputs: ["hourly:conv_rate"], features: [{ name: twice, type: float64, expression: "conv_rate * 2" }] }
        feature_services:
          - { name: activity, features: [{ view: hourly }, { view: rates }] }
        """;

    private static readonly Actor Alice = new(WorkspaceId.Default, "default", "alice");
    private static readonly Actor Elsewhere = new(new WorkspaceId(2), "elsewhere", "eve");
    private readonly FakeTimeProvider _clock = new();
    private readonly List<FeatureUse> _uses = [];
    private Projects _projects = null!;
    private ProjectChanges _changes = null!;
    private ProjectHistory _history = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await database.InitializeAsync();
        _projects = new(database.Db);
        _changes = Changes(_projects);
        _history = new(database.Db);
    }

    public async ValueTask DisposeAsync()
    {
        await database.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Applied_definitions_are_found_in_their_workspace_alone()
    {
        var applied = await ApplyAsync(Rides);

        var project = (await _projects.FindAsync(Alice, "rides", Cancel)).Value;

        Assert.Equal((1, true, 5), (applied.Revision, applied.Changed, applied.Plan.Changes.Count));
        Assert.Equal((1L, "default", 1, 1), (project.Revision, project.WorkspaceName, project.Views["hourly"].Version, project.Services["activity"].Projections[0].View!.Version));
        Assert.Equal("features.project_not_found", (await _projects.FindAsync(Elsewhere, "rides", Cancel)).Failure?.Code);
        Assert.Equal("features.project_not_found", (await _projects.FindAsync(Alice, "Rides!", Cancel)).Failure?.Code);
    }

    [Fact]
    public async Task The_same_document_again_changes_nothing_and_neither_does_what_was_exported()
    {
        await ApplyAsync(Rides);
        var exported = (await _history.ExportAsync(Alice, "rides", null, Cancel)).Value;

        var again = await ApplyAsync(Rides);
        var roundTrip = (await _changes.ApplyAsync(Alice, "rides", DefinitionYaml.Read(DefinitionWriter.Yaml(exported)).Value.Document, new(), Cancel)).Value;

        Assert.Equal((1L, false), (again.Revision, again.Changed));
        Assert.Equal((1L, false), (roundTrip.Revision, roundTrip.Changed));
        Assert.Empty(roundTrip.Plan.Changes);
    }

    [Fact]
    public async Task A_plan_changes_nothing()
    {
        var plan = (await _changes.PlanAsync(Alice, "rides", Document(Rides), new(), Cancel)).Value;

        Assert.Equal((0L, 5), (plan.Revision, plan.Changes.Count));
        Assert.Equal("it is new", Assert.Single(plan.Backfills).Why);
        Assert.Equal("features.project_not_found", (await _projects.FindAsync(Alice, "rides", Cancel)).Failure?.Code);
    }

    [Fact]
    public async Task A_new_ttl_makes_a_version_that_reads_the_same_stored_values()
    {
        await ApplyAsync(Rides);

        var applied = await ApplyAsync(Rides.Replace("ttl: 1d", "ttl: 2d", StringComparison.Ordinal));

        var view = applied.Plan.Changes.Single(change => change.Kind == "view");
        Assert.Equal(("change", 1, 2, 1), (view.Action, view.FromVersion!.Value, view.ToVersion!.Value, view.StorageVersion!.Value));
        Assert.Equal(("ttl", "\"1d\"", "\"2d\""), view.Fields.Select(field => (field.Path, field.Before!.Value.GetRawText(), field.After!.Value.GetRawText())).Single());
        Assert.Empty(applied.Plan.Backfills);
        Assert.Equal("a view that it reads changes", applied.Plan.Changes.Single(change => change.Kind == "on_demand").Reason);
        Assert.Equal([("hourly", 1, 2), ("rates", 1, 2)], applied.Plan.Pinned.Select(pin => (pin.View, pin.Version, pin.Newest)));
        var project = (await _projects.FindAsync(Alice, "rides", Cancel)).Value;
        Assert.Equal((1, TimeSpan.FromDays(1)), (project.Services["activity"].Projections[0].View!.Version, project.Services["activity"].Projections[0].View!.Ttl));
        Assert.Equal((2, TimeSpan.FromDays(2)), (project.Views["hourly"].Version, project.Views["hourly"].Ttl));
    }

    [Fact]
    public async Task Services_take_the_newest_versions_on_repin()
    {
        await ApplyAsync(Rides);
        var changed = Rides.Replace("ttl: 1d", "ttl: 2d", StringComparison.Ordinal);
        await ApplyAsync(changed);

        var repinned = await ApplyAsync(changed, new(Repin: true));

        Assert.Equal((3L, "it takes the newest versions of its views"), (repinned.Revision, repinned.Plan.Changes.Single().Reason));
        Assert.Empty(repinned.Plan.Pinned);
        Assert.Equal(2, (await _projects.FindAsync(Alice, "rides", Cancel)).Value.Services["activity"].Projections[0].View!.Version);
    }

    [Fact]
    public async Task A_new_path_of_a_source_is_a_new_version_of_its_views()
    {
        await ApplyAsync(Rides);

        var applied = await ApplyAsync(Rides.Replace("drivers/*", "fleet/*", StringComparison.Ordinal));

        var view = applied.Plan.Changes.Single(change => change.Kind == "view");
        Assert.Equal((2, 2, "the source changes"), (view.ToVersion!.Value, view.StorageVersion!.Value, view.Reason));
        Assert.Equal("the source changes", Assert.Single(applied.Plan.Backfills).Why);
        var project = (await _projects.FindAsync(Alice, "rides", Cancel)).Value;
        Assert.Equal("drivers/*.parquet", project.FindView("hourly", 1)!.Source.Document.Path);
        Assert.Equal("fleet/*.parquet", project.FindView("hourly", 2)!.Source.Document.Path);
    }

    [Theory]
    [InlineData("{ name: trips, type: int64 }", "{ name: trips, type: int32 }", "it is int64 and becomes int32")]
    [InlineData(", { name: trips, type: int64 }", "", "it is removed")]
    public async Task What_breaks_a_service_is_refused_unless_allowed(string from, string to, string why)
    {
        await ApplyAsync(Rides);
        var changed = Document(Rides.Replace(from, to, StringComparison.Ordinal));

        var plan = (await _changes.PlanAsync(Alice, "rides", changed, new(), Cancel)).Value;
        var refused = await _changes.ApplyAsync(Alice, "rides", changed, new(), Cancel);
        var allowed = await _changes.ApplyAsync(Alice, "rides", changed, new(AllowBreaking: true), Cancel);

        Assert.Equal(("service", "activity", "hourly:trips", why), plan.Breaks.Select(one => (one.Kind, one.Name, one.Uses, one.Why)).Single());
        Assert.Equal("features.breaking_change", refused.Failure?.Code);
        Assert.Equal(2, allowed.Value.Revision);
        var service = (await _projects.FindAsync(Alice, "rides", Cancel)).Value.Services["activity"];
        Assert.Equal(["conv_rate", "trips"], service.Projections[0].Fields.Select(field => service.Projections[0].View!.Fields[field].Name));
    }

    [Fact]
    public async Task A_model_that_uses_a_service_keeps_it()
    {
        await ApplyAsync(Rides);
        _uses.Add(new("model", "churn/3", "activity"));
        var without = Document(Rides[..Rides.IndexOf("feature_services", StringComparison.Ordinal)]);

        var refused = await _changes.ApplyAsync(Alice, "rides", without, new(), Cancel);

        Assert.Contains("model churn/3", refused.Failure?.Message, StringComparison.Ordinal);
        Assert.Equal("features.project_in_use", (await _changes.DeleteAsync(Alice, "rides", default, sees: null, Cancel)).Failure?.Code);
        _uses.Clear();
        Assert.True((await _changes.DeleteAsync(Alice, "rides", default, sees: null, Cancel)).Succeeded);
        Assert.Equal("features.project_not_found", (await _projects.FindAsync(Alice, "rides", Cancel)).Failure?.Code);
    }

    [Fact]
    public async Task What_the_document_leaves_out_is_removed_unless_it_is_partial()
    {
        await ApplyAsync(Rides);
        const string More = """
            entities: [{ name: customer, join_keys: [{ name: customer_id }] }]
            """;

        var merged = await ApplyAsync(More, new(Partial: true));
        var removed = await ApplyAsync(Rides);

        Assert.Equal(("add", "customer"), merged.Plan.Changes.Select(change => (change.Action, change.Name)).Single());
        Assert.Equal(("remove", "customer", 2), removed.Plan.Changes.Select(change => (change.Action, change.Name, change.ToVersion!.Value)).Single());
    }

    [Fact]
    public async Task What_comes_back_keeps_its_id_and_goes_on_counting()
    {
        await ApplyAsync(Rides);
        var id = (await _projects.FindAsync(Alice, "rides", Cancel)).Value.Views["hourly"].Id;
        await ApplyAsync("entities: [{ name: driver, join_keys: [{ name: driver_id, type: int64 }] }]", new(AllowBreaking: true));

        await ApplyAsync(Rides);

        var view = (await _projects.FindAsync(Alice, "rides", Cancel)).Value.Views["hourly"];
        Assert.Equal((id, 3, 3), (view.Id, view.Version, view.StorageVersion));
    }

    [Fact]
    public async Task Rollback_makes_a_new_revision_of_old_definitions()
    {
        await ApplyAsync(Rides);
        await ApplyAsync(Rides.Replace("ttl: 1d", "ttl: 2d", StringComparison.Ordinal), new(Note: "longer"));

        var rolled = (await _changes.RollbackAsync(Alice, "rides", 1, new(), Cancel)).Value;

        Assert.Equal((3L, TimeSpan.FromDays(1)), (rolled.Revision, (await _projects.FindAsync(Alice, "rides", Cancel)).Value.Views["hourly"].Ttl));
        var revisions = (await _history.ListAsync(Alice, "rides", 2, null, Cancel)).Value;
        Assert.Equal([(3L, "Rollback to revision 1."), (2L, "longer")], revisions.Revisions.Select(one => (one.Revision, one.Note!)));
        Assert.Equal(1, Assert.Single((await _history.ListAsync(Alice, "rides", 2, revisions.NextPageToken, Cancel)).Value.Revisions).Revision);
        var second = (await _history.FindAsync(Alice, "rides", 2, Cancel)).Value;
        Assert.Equal("ttl", second.Changes.Single(change => change.Kind == "view").Fields.Single().Path);
        Assert.Equal("2d", (await _history.ExportAsync(Alice, "rides", 2, Cancel)).Value.FeatureViews[0].Ttl);
        Assert.Equal("features.revision_not_found", (await _changes.RollbackAsync(Alice, "rides", 9, new(), Cancel)).Failure?.Code);
    }

    [Fact]
    public async Task Of_two_who_expect_the_same_revision_one_is_told()
    {
        await ApplyAsync(Rides);
        var documents = new[] { "2d", "3d", "4d", "5d" }.Select(ttl => Document(Rides.Replace("ttl: 1d", "ttl: " + ttl, StringComparison.Ordinal)));

        var results = await Task.WhenAll(documents.Select(document => _changes.ApplyAsync(Alice, "rides", document, new(ExpectedRevision: 1), Cancel).AsTask()));

        Assert.Single(results, static result => result.Succeeded);
        Assert.All(results.Where(static result => !result.Succeeded), static result => Assert.Equal("features.revision_conflict", result.Failure?.Code));
        Assert.Equal("features.revision_conflict", (await _changes.PlanAsync(Alice, "rides", Document(Rides), new(ExpectedRevision: 0), Cancel)).Failure?.Code);
    }

    [Fact]
    public async Task Those_who_expect_none_all_come_through()
    {
        var documents = new[] { "2d", "3d", "4d" }.Select(ttl => Document(Rides.Replace("ttl: 1d", "ttl: " + ttl, StringComparison.Ordinal)));

        var results = await Task.WhenAll(documents.Select(document => _changes.ApplyAsync(Alice, "rides", document, new(), Cancel).AsTask()));

        Assert.Equal([1, 2, 3], results.Select(static result => result.Value.Revision).Order());
    }

    [Fact]
    public async Task A_document_with_faults_leaves_everything_as_it_was()
    {
        await ApplyAsync(Rides);

        var refused = await _changes.ApplyAsync(Alice, "rides", Document(Rides.Replace("float32", "floot", StringComparison.Ordinal)), new(), Cancel);

        Assert.Equal("feature_views[0].features[0].type", Assert.Single(refused.Failure!.Faults).Field);
        Assert.Equal(1, (await _projects.FindAsync(Alice, "rides", Cancel)).Value.Revision);
    }

    [Fact]
    public async Task Another_server_sees_what_was_applied()
    {
        await ApplyAsync(Rides);
        var other = new Projects(database.Db);
        Assert.Equal(1, (await other.FindAsync(Alice, "rides", Cancel)).Value.Revision);
        await ApplyAsync(Rides.Replace("ttl: 1d", "ttl: 2d", StringComparison.Ordinal));
        Assert.Equal(1, (await other.FindAsync(Alice, "rides", Cancel)).Value.Revision);

        await other.LookAsync(Cancel);

        Assert.Equal(2, (await other.FindAsync(Alice, "rides", Cancel)).Value.Revision);
        await _changes.DeleteAsync(Alice, "rides", default, sees: null, Cancel);
        await other.LookAsync(Cancel);
        Assert.Equal("features.project_not_found", (await other.FindAsync(Alice, "rides", Cancel)).Failure?.Code);
    }

    [Fact]
    public async Task Every_change_leaves_an_entry_with_hashes_and_an_event()
    {
        await ApplyAsync(Rides);
        await ApplyAsync(Rides);
        await ApplyAsync(Rides.Replace("ttl: 1d", "ttl: 2d", StringComparison.Ordinal));

        var created = await AuditedActs.BodiesAsync(database.Db, _clock, "feature.view.create", Cancel);
        var updated = Assert.Single(await AuditedActs.BodiesAsync(database.Db, _clock, "feature.view.update", Cancel));
        Assert.Contains("rides/view/hourly", Assert.Single(created), StringComparison.Ordinal);
        using var body = System.Text.Json.JsonDocument.Parse(updated);
        Assert.Matches("^[0-9a-f]{64}$", body.RootElement.GetProperty("before").GetString());
        Assert.Matches("^[0-9a-f]{64}$", body.RootElement.GetProperty("after").GetString());
        Assert.NotEqual(body.RootElement.GetProperty("before").GetString(), body.RootElement.GetProperty("after").GetString());
        Assert.Equal(2, (await AuditedActs.BodiesAsync(database.Db, _clock, "feature.project.apply", Cancel)).Count);
        Assert.Equal([1, 2], await EventsAsync());
    }

    [Theory]
    [InlineData(0L, "view", "hourly", "{\"name\":\"hourly\",\"features\":[null]}", null, "is null")]
    [InlineData(0L, "view", "hourly", "{\"name\":\"other\"}", null, "another name")]
    [InlineData(0L, "view", "hourly", "{\"name\":\"hourly\",\"bogus\":1}", null, "not known")]
    [InlineData(0L, "service", "s", "{\"name\":\"s\"}", "{}", "no definition")]
    [InlineData(0L, "view", "hourly", "{\"name\":\"hourly\",\"source\":\"s\"}", null, null)]
    [InlineData(1L, "view", "hourly", "{}", null, null)]
    public void What_arrives_with_a_workspace_must_be_a_definition(long isRemoved, string kind, string name, string document, string? pins, string? problem)
    {
        var table = FeatureTables.All.Single(static one => one.Name == "fts_definition");

        var told = table.Check!(["rides", kind, name, 1L, "id", 1L, 1L, isRemoved, document, pins, "alice", 0L]);

        if (problem is null)
            Assert.Null(told);
        else
            Assert.Contains(problem, told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_lookup_allocates_nothing()
    {
        await ApplyAsync(Rides);
        Assert.True((await _projects.FindAsync(Alice, "rides", Cancel)).Succeeded);
        var ready = true;
        var before = GC.GetAllocatedBytesForCurrentThread();

        for (var i = 0; i < 1_000; i++)
            ready &= IsReady(_projects.FindAsync(Alice, "rides", Cancel));

        // What the runtime allocates once, while it makes the method faster, is not ours: less than a byte a call.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 999);
        Assert.True(ready);
    }

    [Fact]
    public async Task Five_thousand_features_are_applied_at_once()
    {
        var document = new FeatureProjectDocument
        {
            Entities = [new() { Name = "driver", JoinKeys = [new() { Name = "driver_id", Type = "int64" }] }],
            Sources = [new() { Name = "stats", Type = "file", Path = "drivers/*.parquet" }],
            FeatureViews = [.. Enumerable.Range(0, 500).Select(static view => new FeatureViewDocument
            {
                Name = $"view_{view}",
                Entities = ["driver"],
                Source = "stats",
                Features = [.. Enumerable.Range(0, 10).Select(feature => new FeatureDocument { Name = $"f_{view}_{feature}", Type = "float64" })],
            })],
        };

        var applied = await _changes.ApplyAsync(Alice, "wide", document, new(), Cancel);

        Assert.Equal(502, applied.Value.Plan.Changes.Count);
    }

    private static bool IsReady(ValueTask<Result<FeatureProject>> found) => found.IsCompletedSuccessfully;

    private ProjectChanges Changes(Projects projects) => new(
        database.Db, TestAudit.Log(database.Db, _clock), database.Services.GetRequiredService<Outbox>(), projects, [new Uses(_uses)], estimate: null, _clock);

    private ValueTask<List<long>> EventsAsync() => database.Db.ReadAsync(async session =>
    {
        using var statement = session.Sql("select payload from sys_outbox where name = 'features.applied' order by order_key");
        return await statement.ListAsync(static row => System.Text.Json.JsonDocument.Parse(row.GetString(0)).RootElement.GetProperty("revision").GetInt64());
    }, Cancel);

    private async Task<FeatureApply> ApplyAsync(string yaml, PlanOptions? options = null)
    {
        var applied = await _changes.ApplyAsync(Alice, "rides", Document(yaml), options ?? new(), Cancel);
        Assert.True(applied.Succeeded, applied.Failure?.Message);
        return applied.Value;
    }

    private static FeatureProjectDocument Document(string yaml)
    {
        var read = DefinitionYaml.Read(yaml);
        Assert.True(read.Succeeded, read.Failure?.Message);
        return read.Value.Document;
    }

    private sealed class Uses(List<FeatureUse> uses) : IFeatureUses
    {
        public ValueTask<IReadOnlyList<FeatureUse>> ListAsync(Actor actor, string project, CancellationToken cancel) => new([.. uses]);

        public ValueTask<IReadOnlySet<string>> NeededAsync(DbSession session, WorkspaceId workspace, IReadOnlyCollection<TrainingData> sets) => new(new HashSet<string>());
    }
}

public sealed class DefinitionsOnSqlite() : DefinitionBehaviour(new SqliteDatabase());

public sealed class DefinitionsOnPostgres() : DefinitionBehaviour(new PostgresDatabase());
