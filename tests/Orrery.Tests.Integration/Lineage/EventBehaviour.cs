using System.Text;
using System.Text.Json;
using Orrery.Kernel;
using Orrery.Lineage;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>OpenLineage events in the shapes of Airflow, dbt and Spark: kept as they came, and answered in the graph, on every database.</summary>
public abstract class EventBehaviour(TestDatabase database) : IAsyncLifetime
{
    private const string Warehouse = "postgres://warehouse:5432";

    private static readonly Actor Alice = new(WorkspaceId.Default, "default", "alice");
    private readonly FakeTimeProvider _clock = new();

    private LineageQueries Queries => new(database.Db);

    private LineageEvents Events => new(database.Db, TestAudit.Log(database.Db, _clock), _clock);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => database.InitializeAsync();

    public async ValueTask DisposeAsync()
    {
        await database.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Events_of_Airflow_dbt_and_Spark_lead_from_a_file_to_features()
    {
        foreach (var name in new[] { "spark", "airflow", "dbt" })
            Assert.True((await Events.RecordAsync(Alice, Bytes(name), Cancel)).Succeeded);

        var up = (await Queries.AskAsync(Alice, new("dataset:s3://features|customer") { Direction = "up" }, NodeSight.All, Cancel)).Value;
        var impact = (await new Impacts(database.Db).FindAsync(Alice, new($"dataset_column:{Warehouse}|shop.raw.orders|amount"), NodeSight.All, Cancel)).Value;
        var whole = (await new Impacts(database.Db).FindAsync(Alice, new($"dataset_column:{Warehouse}|shop.raw.orders|customer_id"), NodeSight.All, Cancel)).Value;

        Assert.Equal(
            [
                "dataset:s3://features|customer", "job:spark|customer_features.execute_insert_into_hadoop_fs_relation_command.features_customer",
                $"dataset:{Warehouse}|shop.analytics.customer_totals", "job:dbt|shop.analytics.project.customer_totals", $"dataset:{Warehouse}|shop.raw.orders",
                "job:default|load_orders.copy_to_postgres", "dataset:s3://landing|orders/2026-11-20.csv",
            ],
            up.Nodes.Select(static node => node.Id));
        Assert.Equal(
            [$"dataset_column:{Warehouse}|shop.analytics.customer_totals|total", "dataset_column:s3://features|customer|spend"], impact.Users.Select(static user => user.Id));
        Assert.Contains("dataset_column:s3://features|customer|spend", whole.Users.Select(static user => user.Id));
    }

    [Fact]
    public async Task An_event_that_comes_again_changes_nothing_and_keeps_its_facets()
    {
        await Events.RecordAsync(Alice, Bytes("dbt"), Cancel);
        var compact = JsonSerializer.SerializeToUtf8Bytes(JsonDocument.Parse(Bytes("dbt")).RootElement);
        await Events.RecordAsync(Alice, Bytes("dbt"), Cancel);
        await Events.RecordAsync(Alice, compact, Cancel);
        await Events.RecordAsync(Alice, Bytes("airflow"), Cancel);

        var first = (await Events.ListAsync(Alice, null, null, 1, null, Cancel)).Value;
        var second = (await Events.ListAsync(Alice, null, null, 1, first.NextPageToken, Cancel)).Value;

        Assert.Equal("1.10.0", Assert.Single(first.Events).GetProperty("run").GetProperty("facets").GetProperty("dbt_version").GetProperty("version").GetString());
        Assert.Equal("load_orders.copy_to_postgres", Assert.Single(second.Events).GetProperty("job").GetProperty("name").GetString());
        Assert.Null(second.NextPageToken);
    }

    [Fact]
    public async Task A_page_of_large_events_ends_early_and_says_where_it_goes_on()
    {
        for (var place = 0; place < 5; place++)
            Assert.True((await Events.RecordAsync(Alice, Large(place), Cancel)).Succeeded);

        var first = (await Events.ListAsync(Alice, null, null, 1000, null, Cancel)).Value;
        var second = (await Events.ListAsync(Alice, null, null, 1000, first.NextPageToken, Cancel)).Value;

        Assert.Equal(["4", "3", "2", "1"], first.Events.Select(static one => one.GetProperty("dataset").GetProperty("name").GetString()));
        Assert.Equal("0", Assert.Single(second.Events).GetProperty("dataset").GetProperty("name").GetString());
        Assert.Null(second.NextPageToken);
    }

    [Fact]
    public async Task Jobs_and_data_sets_without_runs_are_known_and_what_failed_wrote_nothing()
    {
        var job = Text("airflow").Replace("#/$defs/RunEvent", "#/$defs/JobEvent", StringComparison.Ordinal);
        var parsed = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(job)!;
        parsed.Remove("run");
        parsed.Remove("eventType");
        var failed = Text("dbt").Replace("COMPLETE", "FAIL", StringComparison.Ordinal);
        const string Dataset = """
            {"eventTime":"2026-11-20T10:00:00Z","producer":"https://example.org/p","schemaURL":"https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/DatasetEvent",
             "dataset":{"namespace":"file","name":"a|b","facets":{}}}
            """;
        Assert.True((await Events.RecordAsync(Alice, JsonSerializer.SerializeToUtf8Bytes(parsed), Cancel)).Succeeded);
        Assert.True((await Events.RecordAsync(Alice, Encoding.UTF8.GetBytes(failed), Cancel)).Succeeded);
        Assert.True((await Events.RecordAsync(Alice, Encoding.UTF8.GetBytes(Dataset), Cancel)).Succeeded);

        var down = (await Queries.AskAsync(Alice, new("dataset:s3://landing|orders/2026-11-20.csv") { Direction = "down" }, NodeSight.All, Cancel)).Value;

        Assert.Equal(["dataset", "job", "dataset", "job"], down.Nodes.Select(static node => node.Kind));
        Assert.Equal("a|b", (await Queries.AskAsync(Alice, new("dataset:file|a%7Cb"), NodeSight.All, Cancel)).Value.Nodes[0].Name);
    }

    // Four of them have 16 Mi characters at most.
    private static byte[] Large(int place) => Encoding.UTF8.GetBytes($$$"""
        {"eventTime":"2026-11-20T10:0{{{place}}}:00Z","producer":"https://example.org/p","schemaURL":"https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/DatasetEvent",
         "dataset":{"namespace":"file","name":"{{{place}}}","facets":{"big":{"_producer":"https://example.org/p","_schemaURL":"https://example.org/s","text":"{{{new string('x', (4 << 20) - 1000)}}}"} } } }
        """);

    private static byte[] Bytes(string name) => File.ReadAllBytes(Repository.PathOf("tests", "Orrery.Tests.Integration", "Lineage", "Events", name + ".json"));

    private static string Text(string name) => Encoding.UTF8.GetString(Bytes(name));
}

public sealed class EventsOnSqlite() : EventBehaviour(new SqliteDatabase());

public sealed class EventsOnPostgres() : EventBehaviour(new PostgresDatabase());
