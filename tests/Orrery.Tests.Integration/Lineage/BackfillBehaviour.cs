using Orrery.Kernel;
using Orrery.Governance;
using Orrery.Lineage;
using Orrery.Storage;
using Orrery.Testing;
using Orrery.Tracking;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>Runs of before the graph are in it after a start, wherever the job was killed, on every database.</summary>
public abstract class BackfillBehaviour(TestDatabase database) : IAsyncLifetime
{
    private static readonly Actor Alice = new(WorkspaceId.Default, "default", "alice");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => database.InitializeAsync();

    public async ValueTask DisposeAsync()
    {
        await database.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Runs_of_before_are_read_in_pages_and_again_without_harm()
    {
        await RunsAsync(1_200);
        var backfill = new RunBackfill(database.Db);
        var (pages, after) = (0, (string?)"");
        while (after is not null)
        {
            var part = await backfill.ReadAsync(Alice, after, Cancel);

            // The first page twice: as when the server was killed before the position was written.
            for (var times = 0; times < (pages == 0 ? 2 : 1); times++)
            {
                await database.Db.WriteAsync<Done>(async session =>
                {
                    await LineageEdges.AppendAsync(session, Alice, part.Edges);
                    return Done.Ok;
                }, Cancel);
            }

            (pages, after) = (pages + 1, part.Next);
        }

        var graph = (await new LineageQueries(database.Db).AskAsync(Alice, new("code_commit:abc") { Direction = "down", Limit = 1000 }, NodeSight.All, Cancel)).Value;
        var rest = (await new LineageQueries(database.Db).AskAsync(Alice, new("code_commit:abc") { Direction = "down", Limit = 1000, PageToken = graph.NextPageToken }, NodeSight.All, Cancel)).Value;

        Assert.Equal(3, pages);
        Assert.Equal(1_201, graph.Nodes.Count + rest.Nodes.Count);
        Assert.Equal(1_200, graph.Edges.Count + rest.Edges.Count);
        Assert.Equal("run 7", graph.Nodes.Concat(rest.Nodes).Single(static node => node.ObjectId == "run-00007").Name);
    }

    [Fact]
    public async Task Reports_of_before_are_read_in_pages()
    {
        var none = await new ReportBackfill(database.Db, new(null!)).ReadAsync(Alice, "", Cancel);
        await database.Db.WriteAsync<Done>(static async session =>
        {
            for (var sequence = 1; sequence <= 150; sequence++)
                await CardStore.AddAsync(session, Alice.Workspace, "m1", 3, sequence, new() { Sha256 = $"{sequence}", Model = "churn", Version = "3", CreatedBy = "a", CreatedAt = sequence }, "{}");
            return Done.Ok;
        }, Cancel);
        var backfill = new ReportBackfill(database.Db, new(null!));

        var first = await backfill.ReadAsync(Alice, "", Cancel);
        var second = await backfill.ReadAsync(Alice, first.Next!, Cancel);

        Assert.Equal((0, null), (none.Edges.Count, none.Next));
        Assert.Equal((100, 50), (first.Edges.Count, second.Edges.Count));
        Assert.Null(second.Next);
        Assert.Equal(("model_version:m1/3", "churn/3", "report:card/m1/3/150"), (second.Edges[^1].From.Id, second.Edges[^1].From.Name, second.Edges[^1].To.Id));
    }

    // As an older server left them: rows without edges.
    private async Task RunsAsync(int count)
    {
        await database.Db.WriteAsync<Done>(async session =>
        {
            using var runs = session.Sql("""
                insert into trk_run (tenant_id, run_id, experiment_id, name, user_name, status, started_at, lifecycle, artifact_uri, revision)
                select 1, rows.id, 0, rows.name, 'u', 'FINISHED', 1000, 'active', 'x', 1
                  from {rows}
                """);
            await runs.ExecuteRowsAsync(new SqlRows(count).Text("id", [.. Enumerable.Range(0, count).Select(static i => $"run-{i:00000}")]).Text("name", [.. Enumerable.Range(0, count).Select(static i => $"run {i}")]));
            using var tags = session.Sql("""
                insert into trk_tag (tenant_id, run_id, key, value, experiment_id)
                select 1, rows.id, 'mlflow.source.git.commit', 'abc', 0
                  from {rows}
                """);
            await tags.ExecuteRowsAsync(new SqlRows(count).Text("id", [.. Enumerable.Range(0, count).Select(static i => $"run-{i:00000}")]));
            return Done.Ok;
        }, Cancel);
    }
}

public sealed class BackfillOnSqlite() : BackfillBehaviour(new SqliteDatabase());

public sealed class BackfillOnPostgres() : BackfillBehaviour(new PostgresDatabase());
