using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Lineage;
using Orrery.Storage;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>The graph on every database: held against a walk in memory, in pages, as of a time, with cycles and great hubs.</summary>
public abstract class GraphBehaviour(TestDatabase database) : IAsyncLifetime
{
    private static readonly Actor Alice = new(WorkspaceId.Default, "default", "alice");
    private static readonly Actor Bob = new(new WorkspaceId(2), "other", "bob");

    private LineageQueries Queries => new(database.Db);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => database.InitializeAsync();

    public async ValueTask DisposeAsync()
    {
        await database.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Walks_equal_those_in_memory()
    {
        var random = new Random(1);
        var nodes = Enumerable.Range(0, 60).Select(static i => Node(i)).ToList();
        var edges = Enumerable.Range(0, 140).Select(_ => new GraphEdge(nodes[random.Next(60)], nodes[random.Next(60)], random.Next(1, 100))).ToList();
        await AppendAsync(edges);

        for (var question = 0; question < 100; question++)
        {
            var (start, depth, asOf) = (nodes[random.Next(60)], random.Next(1, 8), random.Next(1, 120));
            var direction = new[] { "up", "down", "both" }[random.Next(3)];
            if (!edges.Exists(edge => edge.From == start || edge.To == start))
                continue;

            var expected = Oracle(edges, start, direction, depth, asOf);
            var graph = await AskAsync(new(start.Id) { Direction = direction, Depth = depth, AsOf = asOf, Limit = 1000 });

            Assert.Equal(expected.Nodes, graph.Nodes.ToDictionary(static node => node.Id, static node => node.Depth!.Value));
            Assert.Equal(expected.Edges.Order(), graph.Edges.Select(static edge => $"{edge.From} > {edge.To}").Order());
            Assert.Equal(start.Id, graph.Nodes[0].Id);
            Assert.Null(graph.NextPageToken);

            var paged = await PagesAsync(new(start.Id) { Direction = direction, Depth = depth, AsOf = asOf, Limit = random.Next(1, 9) });
            Assert.Equal(graph.Nodes.Select(static node => node.Id), paged.Nodes);
            Assert.Equal(expected.Edges.Order(), paged.Edges.Order());
        }
    }

    [Fact]
    public async Task Appending_again_and_in_another_order_changes_nothing()
    {
        List<GraphEdge> edges = [new(Node(1), Node(2), 20), new(Node(2), Node(3), 30), new(Node(1), Node(2), 10)];
        await AppendAsync(edges);
        var before = await AskAsync(new(Node(1).Id));
        edges.Reverse();
        await AppendAsync(edges);
        await AppendAsync([new(Node(1), Node(2), 99)]);

        var after = await AskAsync(new(Node(1).Id));

        Assert.Equal([10L, 30L], before.Edges.Select(static edge => edge.At!.Value));
        Assert.Equal(before.Edges, after.Edges);
    }

    [Fact]
    public async Task A_write_that_is_undone_leaves_no_edge()
    {
        var undone = await database.Db.WriteAsync<Done>(async session =>
        {
            await LineageEdges.AppendAsync(session, Alice, [new(Node(1), Node(2), 1)]);
            return Failure.Conflict("test.undone", "Undone.");
        }, Cancel);

        Assert.Equal("test.undone", undone.Failure?.Code);
        Assert.Equal("lineage.node_not_found", (await Queries.AskAsync(Alice, new(Node(1).Id), NodeSight.All, Cancel)).Failure?.Code);
    }

    [Fact]
    public async Task Versions_behind_more_runs_than_a_walk_takes_are_all_named()
    {
        var (set, version) = (new GraphNode(NodeKinds.TrainingSet, "set"), new GraphNode(NodeKinds.ModelVersion, "m/1") { Name = "churn/1" });
        var (other, report) = (new GraphNode(NodeKinds.ModelVersion, "m/2") { Name = "churn/2" }, new GraphNode(NodeKinds.Report, "r"));
        await AppendAsync(
        [
            .. Enumerable.Range(1, Walk.MostNodes + 100).Select(i => new GraphEdge(set, Node(i), 1)), new(Node(Walk.MostNodes + 100), version, 1), new(Node(1), other, 1),
            new(version, report, 1),
        ]);

        var found = await new Descendants(database.Db).VersionsOfAsync(Alice, "set", Cancel);
        Assert.Equal((true, "churn/1 churn/2"), (found.IsWhole, string.Join(' ', found.Versions)));
        Assert.False((await new Descendants(database.Db, most: 500).VersionsOfAsync(Alice, "set", Cancel)).IsWhole);
        Assert.Empty((await new Descendants(database.Db).VersionsOfAsync(Bob, "set", Cancel)).Versions);
    }

    [Fact]
    public async Task A_hub_of_twenty_thousand_edges_is_bounded_and_its_neighbours_are_paged_to_the_end()
    {
        var hub = Node(0);
        await AppendAsync([.. Enumerable.Range(1, 20_000).Select(i => new GraphEdge(hub, Node(i), 1))]);

        var graph = await AskAsync(new(hub.Id) { Direction = "down", Limit = 1000, Kinds = [NodeKinds.Run] });
        var (seen, token, pages) = (new HashSet<string>(), (string?)null, 0);
        do
        {
            var page = (await Queries.NeighboursAsync(Alice, new(hub.Id) { Direction = "down", Limit = 1000, PageToken = token }, NodeSight.All, Cancel)).Value;
            Assert.All(page.Nodes, node => Assert.True(seen.Add(node.Id)));
            (token, pages) = (page.NextPageToken, pages + 1);
        }
        while (token is not null);

        Assert.True(graph.IsTruncated);
        Assert.Equal(1000, graph.Nodes.Count);
        Assert.Equal((20_000, 20), (seen.Count, pages));
    }

    [Fact]
    public async Task Cycles_end_and_kinds_are_walked_over_though_they_are_not_told()
    {
        var (job, back) = (new GraphNode(NodeKinds.Job, "airflow|etl"), new GraphNode(NodeKinds.Job, "airflow|back"));
        var (a, b) = (new GraphNode(NodeKinds.Dataset, "s3://bucket|a"), new GraphNode(NodeKinds.Dataset, "s3://bucket|b"));
        await AppendAsync([new(a, job, 1), new(job, b, 1), new(b, back, 1), new(back, a, 1), new(a, a, 1)]);

        var graph = await AskAsync(new(a.Id) { Kinds = [NodeKinds.Dataset] });

        Assert.Equal([a.Id, b.Id], graph.Nodes.Select(static node => node.Id));
        Assert.Equal([$"{a.Id} > {a.Id}"], graph.Edges.Select(static edge => $"{edge.From} > {edge.To}"));
    }

    [Fact]
    public async Task Columns_are_walked_when_they_are_asked_for()
    {
        var (source, view, set) = (new GraphNode(NodeKinds.Source, "p/s"), new GraphNode(NodeKinds.FeatureViewVersion, "p/v@v1"), new GraphNode(NodeKinds.TrainingSet, "t1"));
        var (column, feature, run) = (new GraphNode(NodeKinds.SourceColumn, "p/s#c"), new GraphNode(NodeKinds.Feature, "p/v@v1#f"), new GraphNode(NodeKinds.Run, "r1"));
        var other = new GraphNode(NodeKinds.TrainingSet, "t2");
        await AppendAsync([new(source, view, 1), new(view, set, 1), new(view, other, 1), new(column, feature, 1), new(feature, set, 1), new(set, run, 1)]);

        var impact = (await new Impacts(database.Db).FindAsync(Alice, new(column.Id), NodeSight.All, Cancel)).Value;
        var plain = await AskAsync(new(set.Id) { Direction = "up" });
        var whole = await AskAsync(new(set.Id) { Direction = "up", Columns = true });

        Assert.Equal([feature.Id, set.Id, run.Id], impact.Users.Select(static user => user.Id));
        Assert.Equal(new Dictionary<string, int> { [NodeKinds.Feature] = 1, [NodeKinds.TrainingSet] = 1, [NodeKinds.Run] = 1 }, impact.Counts);
        Assert.Equal([set.Id, view.Id, source.Id], plain.Nodes.Select(static node => node.Id));
        Assert.Equal(5, whole.Nodes.Count);
    }

    [Fact]
    public async Task What_a_caller_may_not_see_has_a_kind_and_no_name()
    {
        var run = new GraphNode(NodeKinds.Run, "r1") { Name = "secret run", Guard = new(NodeGuard.Experiment, "7"), Detail = """{"a":1}""" };
        var version = new GraphNode(NodeKinds.ModelVersion, "m1/1") { Name = "churn/1", Guard = new(NodeGuard.Model, "m1") };
        var set = new GraphNode(NodeKinds.TrainingSet, "t1") { Name = "secret set", Guard = new(NodeGuard.FeatureView, "v1", "v2") };
        var report = new GraphNode(NodeKinds.Report, "evaluation/e1") { Name = "secret report", Guard = new(NodeGuard.Evidence, "m1") };
        await AppendAsync([new(set, run, 1), new(run, version, 1), new(version, report, 1)]);
        var sight = new NodeSight(new Dictionary<string, IReadOnlySet<string>?>
        {
            [NodeGuard.Experiment] = new HashSet<string> { "8" },
            [NodeGuard.Model] = null,
            [NodeGuard.FeatureView] = new HashSet<string> { "v1" },
            [NodeGuard.Serving] = new HashSet<string>(),
            [NodeGuard.Evidence] = new HashSet<string>(),
        });

        var graph = (await Queries.AskAsync(Alice, new("model_version:churn/1"), sight, Cancel)).Value;

        Assert.Equal("m1/1", graph.Nodes[0].ObjectId);
        Assert.All(graph.Nodes.Skip(1), static node => Assert.Null(node.ObjectId));
        Assert.Equal(["model_version", "report", "run", "training_set"], graph.Nodes.Select(static node => node.Kind).Order());
        Assert.Equal(3, graph.Edges.Count);
        Assert.DoesNotContain("secret", System.Text.Json.JsonSerializer.Serialize(graph), StringComparison.Ordinal);
        Assert.DoesNotContain("r1", System.Text.Json.JsonSerializer.Serialize(graph), StringComparison.Ordinal);
        Assert.Equal("lineage.node_not_found", (await Queries.AskAsync(Alice, new(run.Id), sight, Cancel)).Failure?.Code);
        Assert.Equal("lineage.node_not_found", (await Queries.AskAsync(Bob, new(version.Id), NodeSight.All, Cancel)).Failure?.Code);
    }

    [Fact]
    public async Task A_renamed_model_is_found_by_its_new_name()
    {
        var version = new GraphNode(NodeKinds.ModelVersion, "m1/1") { Name = "churn/1", Guard = new(NodeGuard.Model, "m1") };
        await AppendAsync([new(Node(1), version, 1)]);
        await database.Db.WriteAsync<Done>(async session =>
        {
            await LineageNodes.RenameModelAsync(session, Alice, "m1", "churn", "churn-eu", 5);
            return Done.Ok;
        }, Cancel);

        Assert.Equal("churn-eu/1", (await AskAsync(new("model_version:churn-eu/1"))).Nodes[0].Name);
        Assert.Equal("lineage.node_not_found", (await Queries.AskAsync(Alice, new("model_version:churn/1"), NodeSight.All, Cancel)).Failure?.Code);
    }

    [Fact]
    public async Task Edges_that_a_server_of_before_wrote_are_told_with_the_kinds_of_their_nodes()
    {
        var (source, view, set) = (new GraphNode(NodeKinds.Source, "p/s"), new GraphNode(NodeKinds.FeatureViewVersion, "p/v@v1"), new GraphNode(NodeKinds.TrainingSet, "t1"));
        List<GraphEdge> edges = [new(source, view, 5), new(view, set, 5)];
        await AppendAsync(edges);
        await database.Db.WriteAsync<Done>(static async session =>
        {
            using var forget = session.Sql("update lin_edge set from_kind = null, to_kind = null");
            await forget.ExecuteAsync();
            return Done.Ok;
        }, Cancel);

        var before = await AskAsync(new(source.Id) { Kinds = [NodeKinds.TrainingSet] });
        await AppendAsync([edges[0] with { At = 9 }]);
        var after = (await new Impacts(database.Db).FindAsync(Alice, new(source.Id) { Limit = 1 }, NodeSight.All, Cancel)).Value;

        Assert.Equal([source.Id, set.Id], before.Nodes.Select(static node => node.Id));
        Assert.Equal(new Dictionary<string, int> { [NodeKinds.FeatureViewVersion] = 1, [NodeKinds.TrainingSet] = 1 }, after.Counts);
        Assert.Equal(view.Id, Assert.Single(after.Users).Id);
        Assert.Equal(set.Id, Assert.Single((await new Impacts(database.Db).FindAsync(Alice, new(source.Id) { PageToken = after.NextPageToken }, NodeSight.All, Cancel)).Value.Users).Id);
        Assert.Equal(5, (await AskAsync(new(view.Id) { Direction = "up" })).Edges[0].At);
    }

    [Fact]
    public async Task Malformed_questions_are_refused()
    {
        (GraphQuery Query, string Code)[] cases =
        [
            (new("churn"), "lineage.invalid_node"),
            (new("nothing:churn"), "lineage.invalid_node"),
            (new("run:"), "lineage.invalid_node"),
            (new("run:x") { Direction = "sideways" }, "lineage.invalid_direction"),
            (new("run:x") { Depth = 0 }, "lineage.invalid_depth"),
            (new("run:x") { Depth = 51 }, "lineage.invalid_depth"),
            (new("run:x") { Limit = 1001 }, "lineage.invalid_limit"),
            (new("run:x") { Kinds = ["run", "nothing"] }, "lineage.invalid_kind"),
            (new("run:x") { PageToken = "WzFd" }, "lineage.invalid_page_token"),
            (new("run:x"), "lineage.node_not_found"),
        ];
        foreach (var (query, code) in cases)
            Assert.Equal(code, (await Queries.AskAsync(Alice, query, NodeSight.All, Cancel)).Failure?.Code);
    }

    private static GraphNode Node(int number) => new(NodeKinds.Run, $"run-{number}");

    private async Task<LineageGraph> AskAsync(GraphQuery query) => (await Queries.AskAsync(Alice, query, NodeSight.All, Cancel)).Value;

    private async Task AppendAsync(IReadOnlyList<GraphEdge> edges) => await database.Db.WriteAsync<Done>(async session =>
    {
        await LineageEdges.AppendAsync(session, Alice, edges);
        return Done.Ok;
    }, Cancel);

    private async Task<(List<string> Nodes, List<string> Edges)> PagesAsync(GraphQuery query)
    {
        var (nodes, edges) = (new List<string>(), new List<string>());
        do
        {
            var page = await AskAsync(query);
            nodes.AddRange(page.Nodes.Select(static node => node.Id));
            edges.AddRange(page.Edges.Select(static edge => $"{edge.From} > {edge.To}"));
            query = query with { PageToken = page.NextPageToken };
        }
        while (query.PageToken is not null);
        return (nodes, edges);
    }

    // A walk over lists: what the database must answer.
    private static (Dictionary<string, int> Nodes, HashSet<string> Edges) Oracle(List<GraphEdge> all, GraphNode start, string direction, int depth, long asOf)
    {
        var edges = all.GroupBy(static edge => (From: edge.From.Id, To: edge.To.Id)).Select(static same => (same.Key.From, same.Key.To, At: same.Min(static edge => edge.At))).Where(edge => edge.At <= asOf).ToList();
        var (nodes, walked) = (new Dictionary<string, int> { [start.Id] = 0 }, new HashSet<string>());
        foreach (var down in new[] { true, false }.Where(down => direction == "both" || down == (direction == "down")))
        {
            var (seen, frontier) = (new HashSet<string> { start.Id }, new List<string> { start.Id });
            for (var level = 1; level <= depth; level++)
            {
                var next = new List<string>();
                foreach (var (from, to, _) in edges.Where(edge => frontier.Contains(down ? edge.From : edge.To)))
                {
                    walked.Add($"{from} > {to}");
                    if (seen.Add(down ? to : from))
                        next.Add(down ? to : from);
                }

                foreach (var one in next)
                    nodes[one] = Math.Min(nodes.GetValueOrDefault(one, level), level);
                frontier = next;
            }
        }

        return (nodes, walked);
    }
}

public sealed class GraphOnSqlite() : GraphBehaviour(new SqliteDatabase());

public sealed class GraphOnPostgres() : GraphBehaviour(new PostgresDatabase());
