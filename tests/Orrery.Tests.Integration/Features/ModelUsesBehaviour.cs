using System.Diagnostics;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Orrery.Contracts;
using Orrery.Features;
using Orrery.Kernel;
using Orrery.Registry;
using Orrery.Storage;
using Orrery.Testing;
using Orrery.Tracking;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>Models that were trained on features keep them, on every database.</summary>
public abstract class ModelUsesBehaviour(TestDatabase database) : IAsyncLifetime
{
    private const string Rides = """
        entities: [{ name: driver, join_keys: [{ name: driver_id, type: int64 }] }]
        sources: [{ name: stats, type: file, path: drivers/*.parquet }]
        feature_views:
          - name: hourly
            entities: [driver]
            source: stats
            features: [{ name: conv_rate, type: float32 }, { name: trips, type: int64 }, { name: spare, type: int64 }]
        feature_services:
          - { name: activity, features: [{ view: hourly }] }
        """;

    private const string Hash = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    private static readonly Actor Alice = new(WorkspaceId.Default, "default", "alice");
    private readonly FakeTimeProvider _clock = new();
    private ProjectChanges _changes = null!;
    private ModelUses _uses = null!;

    private ModelLineage Lineage => new(database.Db, new FeatureLineage(database.Db, new Projects(database.Db), new TrainingUses(database.Db)), new DatasetRuns(database.Db));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await database.InitializeAsync();
        _uses = new(database.Db, new TrainingUses(database.Db), new DatasetRuns(database.Db));
        _changes = new(
            database.Db, TestAudit.Log(database.Db, _clock), database.Services.GetRequiredService<Outbox>(), new Projects(database.Db), [_uses], estimate: null, _clock);
        Assert.True((await _changes.ApplyAsync(Alice, "rides", Document(Rides), new(), Cancel)).Succeeded);
    }

    public async ValueTask DisposeAsync()
    {
        await database.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Theory]
    [InlineData("activity", "the service no longer gives hourly__trips as before")]
    [InlineData(null, "it is int64 and becomes string")]
    public async Task What_a_model_was_trained_on_stays_unless_breaking_is_allowed(string? service, string why)
    {
        await TrainAsync("set-1", service);
        await RegisterAsync("run-1", "set-1", versions: 1);
        var retyped = Document(Rides.Replace("trips, type: int64", "trips, type: string", StringComparison.Ordinal));
        var unrelated = Document(Rides.Replace(", { name: spare, type: int64 }", "", StringComparison.Ordinal));

        var plan = (await _changes.PlanAsync(Alice, "rides", retyped, new(Repin: true), Cancel)).Value;
        var refused = await _changes.ApplyAsync(Alice, "rides", retyped, new(Repin: true), Cancel);
        var other = (await _changes.PlanAsync(Alice, "rides", unrelated, new(Repin: true), Cancel)).Value;

        Assert.Equal(("model", "churn/1", why), plan.Breaks.Where(static one => one.Kind == "model").Select(static one => (one.Kind, one.Name, one.Why)).Single());
        var use = Assert.Single(plan.Uses);
        Assert.Equal(("churn/1", 1L, "None", service, "set-1"), (use.Name, use.Version, use.Stage, use.Service, use.TrainingSet));
        Assert.Equal(["best"], use.Aliases);
        Assert.Equal("features.breaking_change", refused.Failure?.Code);
        Assert.Contains("churn/1", refused.Failure!.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(other.Breaks, static one => one.Kind == "model");
        Assert.True((await _changes.ApplyAsync(Alice, "rides", retyped, new(Repin: true, AllowBreaking: true), Cancel)).Succeeded);
    }

    [Fact]
    public async Task Archived_models_and_models_of_others_break_nothing_and_unseen_ones_have_no_name()
    {
        await TrainAsync("set-1", "activity");
        await RegisterAsync("run-1", "set-1", versions: 1);
        var retyped = Document(Rides.Replace("trips, type: int64", "trips, type: string", StringComparison.Ordinal));

        var unseen = (await _changes.PlanAsync(Alice, "rides", retyped, new(Repin: true, Sees: static _ => false), Cancel)).Value;
        await ExecuteAsync("update reg_version set stage = 'Archived'");
        var archived = (await _changes.PlanAsync(Alice, "rides", retyped, new(Repin: true), Cancel)).Value;
        await ExecuteAsync("update reg_version set stage = 'None'");
        await ExecuteAsync("update trk_dataset set source_type = 'local'");
        var others = (await _changes.PlanAsync(Alice, "rides", retyped, new(Repin: true), Cancel)).Value;

        Assert.Null(Assert.Single(unseen.Uses).Name);
        Assert.DoesNotContain(unseen.Breaks, static one => one.Name.Contains("churn", StringComparison.Ordinal));
        Assert.Contains(unseen.Breaks, static one => one.Kind == "model");
        Assert.Equal("Archived", Assert.Single(archived.Uses).Stage);
        Assert.DoesNotContain(archived.Breaks, static one => one.Kind == "model");
        Assert.Empty(others.Uses);
    }

    [Fact]
    public async Task Five_thousand_models_do_not_slow_a_plan()
    {
        await TrainAsync("set-1", "activity");
        await RegisterAsync("run-1", "set-1", versions: 5_000);
        var retyped = Document(Rides.Replace("trips, type: int64", "trips, type: string", StringComparison.Ordinal));
        var best = long.MaxValue;
        FeaturePlan plan = null!;

        for (var attempt = 0; attempt < 3 && best > 300; attempt++)
        {
            var watch = Stopwatch.StartNew();
            plan = (await _changes.PlanAsync(Alice, "rides", retyped, new(Repin: true), Cancel)).Value;
            best = Math.Min(best, watch.ElapsedMilliseconds);
        }

        TestContext.Current.SendDiagnosticMessage($"{database.GetType().Name}: plan among 5,000 model versions in {best} ms");
        Assert.Equal((5_000, 200), (plan.UseCount, plan.Uses.Count));
        Assert.InRange(best, 0, 2_000);
    }

    [Fact]
    public async Task A_training_set_is_needed_while_a_run_names_it()
    {
        await TrainAsync("set-1", "activity");
        var data = new TrainingData("set-1", "rides", "churn-set", TrainingData.DigestOf(Hash));

        var before = await database.Db.ReadAsync(session => _uses.NeededAsync(session, Alice.Workspace, [data]), Cancel);
        await RegisterAsync("run-1", "set-1", versions: 1);
        var after = await database.Db.ReadAsync(session => _uses.NeededAsync(session, Alice.Workspace, [data, data with { Id = "other", Name = "other" }]), Cancel);

        Assert.Empty(before);
        Assert.Equal(["set-1"], after);
    }

    [Fact]
    public async Task Lineage_leads_from_sources_to_model_versions_and_back()
    {
        await TrainAsync("set-1", "activity");
        await RegisterAsync("run-1", "set-1", versions: 2);
        var all = new LineageSight(null, null, null);
        string[] whole =
        [
            "run:run-1 > model_version:m1/1", "run:run-1 > model_version:m1/2", "service:rides/activity@v1 > training_set:set-1", "source:rides/stats > view:rides/hourly@v1",
            "training_set:set-1 > run:run-1", "view:rides/hourly@v1 > training_set:set-1",
        ];

        foreach (var graph in new[]
        {
            await Lineage.OfRunAsync(Alice, "run-1", all, Cancel),
            await Lineage.OfFeaturesAsync(Alice, "rides", "hourly", null, null, all, Cancel),
            await Lineage.OfFeaturesAsync(Alice, "rides", null, "stats", null, all, Cancel),
            await Lineage.OfFeaturesAsync(Alice, "rides", null, null, "set-1", all, Cancel),
        })
        {
            Assert.Equal(whole, graph.Value.Edges.Select(static edge => $"{edge.From} > {edge.To}").Order(StringComparer.Ordinal));
        }

        var source = (await Lineage.OfRunAsync(Alice, "run-1", all, Cancel)).Value.Nodes.Single(static node => node.Kind == "source");
        Assert.Equal("0123abcd", source.Snapshot!.Value.GetProperty("files")[0].GetProperty("sha256").GetString());
        Assert.Equal("features.view_not_found", (await Lineage.OfFeaturesAsync(Alice, "rides", "none", null, null, all, Cancel)).Failure?.Code);
        Assert.Equal("features.training_set_not_found", (await Lineage.OfFeaturesAsync(Alice, "other", null, null, "set-1", all, Cancel)).Failure?.Code);
        Assert.Equal("lineage.run_not_found", (await Lineage.OfRunAsync(Alice, "none", all, Cancel)).Failure?.Code);
        Assert.Equal("lineage.start_missing", (await Lineage.OfFeaturesAsync(Alice, "rides", "hourly", "stats", null, all, Cancel)).Failure?.Code);
    }

    [Fact]
    public async Task What_a_caller_may_not_see_has_a_kind_and_no_name()
    {
        await TrainAsync("set-1", "activity");
        await RegisterAsync("run-1", "set-1", versions: 1);
        HashSet<string> none = [];

        var graph = (await Lineage.OfRunAsync(Alice, "run-1", new(none, null, none), Cancel)).Value;

        Assert.Equal(["model_version", "run", "service", "source", "training_set", "view"], graph.Nodes.Select(static node => node.Kind).Order(StringComparer.Ordinal));
        Assert.Equal("run", graph.Nodes.Single(static node => node.Name is not null).Kind);
        Assert.DoesNotContain(graph.Nodes, static node => node.Kind != "run" && (node.Id.Contains("set-1", StringComparison.Ordinal) || node.Id.Contains("hourly", StringComparison.Ordinal) || node.Snapshot is not null));
        Assert.Equal(5, graph.Edges.Count);
        Assert.Equal("lineage.run_not_found", (await Lineage.OfRunAsync(Alice, "run-1", new(null, none, null), Cancel)).Failure?.Code);
        Assert.Equal("features.view_not_found", (await Lineage.OfFeaturesAsync(Alice, "rides", "hourly", null, null, new(none, null, null), Cancel)).Failure?.Code);
        Assert.Equal("features.training_set_not_found", (await Lineage.OfFeaturesAsync(Alice, "rides", null, null, "set-1", new(none, null, null), Cancel)).Failure?.Code);
    }

    // As a server before this table left it: the manifest is there, what it says is not in the table yet.
    private async Task TrainAsync(string id, string? service)
    {
        var manifest = new Manifest
        {
            Id = id,
            Name = "churn-set",
            Project = "rides",
            Revision = 1,
            KnownAt = true,
            TimestampColumn = "event_timestamp",
            FullFeatureNames = false,
            FeatureService = service,
            Projections = [new("hourly", 1, false, "hourly", ["conv_rate", "trips"], new Dictionary<string, string>())],
            Definitions = [.. service is null ? Array.Empty<ManifestDefinition>() : [new("service", service, 1, "x")], new("source", "stats", 0, "x"), new("view", "hourly", 1, "x")],
            Sources = [new("stats", "file") { Files = [new("drivers/a.parquet", 7, "0123abcd")] }],
            Columns = [],
            RowCount = 3,
            ContentHash = Hash,
            CreatedAt = _clock.GetUtcNow(),
        };
        var set = new TrainingSet(id, "rides", "churn-set", TrainingSet.Ready, "alice", 1)
        {
            ContentHash = Hash,
            Rows = 3,
            Manifest = JsonSerializer.Serialize(manifest, ManifestJson.Default.Manifest),
        };
        await WriteAsync(async session =>
        {
            await TrainingSetStore.InsertAsync(session, Alice.Workspace, set);
            await TrainingSetStore.CompleteAsync(session, Alice.Workspace, set, []);
        });
    }

    private async Task RegisterAsync(string run, string set, int versions)
    {
        var digest = TrainingData.DigestOf(Hash);
        await ExecuteAsync($"""
            insert into trk_run (tenant_id, run_id, experiment_id, name, user_name, status, started_at, lifecycle, artifact_uri, revision)
            values (1, '{run}', 7, 'training', 'alice', 'FINISHED', 1, 'active', 'x', 1)
            """);
        await ExecuteAsync($"""
            insert into trk_dataset (tenant_id, experiment_id, name, digest, source_type, source)
            values (1, 7, 'churn-set', '{digest}', 'orrery_training_set', '{set}')
            """);
        await ExecuteAsync($"""
            insert into trk_input (tenant_id, run_id, dataset_name, dataset_digest, experiment_id, tags, position)
            values (1, '{run}', 'churn-set', '{digest}', 7, '[]', 0)
            """);
        await ExecuteAsync($"""
            insert into reg_model (tenant_id, model_id, name, last_version, created_by, created_at, updated_at)
            values (1, 'm1', 'churn', {versions}, 'alice', 1, 1)
            """);
        await ExecuteAsync("insert into reg_alias (tenant_id, model_id, alias, version) values (1, 'm1', 'best', 1)");
        await WriteAsync(async session =>
        {
            using var insert = session.Sql("""
                insert into reg_version (tenant_id, model_id, version, stage, source, storage_uri, run_id, created_by, created_at, updated_at)
                select 1, 'm1', rows.version, 'None', 's3://b/x', 's3://b/x', @run, 'alice', 1, 1
                  from {rows}
                """).Set("run", run);
            var numbers = Enumerable.Range(1, versions).Select(static n => (long)n).ToList();
            await insert.ExecuteRowsAsync(new SqlRows(versions).Whole("version", numbers, static n => n));
        });
    }

    private Task ExecuteAsync(string sql) => WriteAsync(async session =>
    {
        using var statement = session.Sql(sql);
        await statement.ExecuteAsync();
    });

    private async Task WriteAsync(Func<DbSession, ValueTask> write) => await database.Db.WriteAsync<Done>(async session =>
    {
        await write(session);
        return Done.Ok;
    }, Cancel);

    private static FeatureProjectDocument Document(string yaml) => DefinitionYaml.Read(yaml).Value.Document;
}

public sealed class ModelUsesOnSqlite() : ModelUsesBehaviour(new SqliteDatabase());

public sealed class ModelUsesOnPostgres() : ModelUsesBehaviour(new PostgresDatabase());
