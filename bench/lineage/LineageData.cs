using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Lineage;
using Orrery.Storage;

namespace Orrery.LineageBench;

/// <summary>A company's graph: few sources, more views, many training sets, runs and versions, some nodes with very many edges.</summary>
internal sealed class LineageData(int edges)
{
    public static readonly Actor Actor = new(WorkspaceId.Default, "default", "bench");

    private readonly Random _random = new(7);
    private readonly int _runs = edges / 5;

    /// <summary>How many edges there are.</summary>
    public int Count { get; private set; }

    private int Sets => _runs / 4;

    private int Views => Math.Max(20, _runs / 100);

    private int Sources => Math.Max(5, Views / 20);

    /// <summary>All edges, always the same.</summary>
    public IEnumerable<GraphEdge> Edges()
    {
        foreach (var edge in All())
        {
            Count++;
            yield return edge;
        }
    }

    private IEnumerable<GraphEdge> All()
    {
        for (var view = 0; view < Views; view++)
        {
            yield return Edge(Source(view % Sources), View(view));
            for (var feature = 0; feature < 10; feature++)
                yield return Edge(Column(view % Sources, feature), Feature(view, feature));
        }

        for (var set = 0; set < Sets; set++)
        {
            for (var view = 0; view < 5; view++)
                yield return Edge(View((set + (view * 37)) % Views), Set(set));
            yield return Edge(Feature(set % Views, set % 10), Set(set));
        }

        for (var run = 0; run < _runs; run++)
        {
            yield return Edge(Set(run % Sets), Run(run));

            // One commit that half of all runs had: a node with very many edges.
            yield return Edge(new(NodeKinds.CodeCommit, run % 2 == 0 ? "main" : $"c{run % 5000}"), Run(run));
            yield return Edge(Run(run), Version(run));
            if (run % 4 == 0)
                yield return Edge(Version(run), new(NodeKinds.DeploymentRevision, $"production/d{run % 1000}/{run}"));
        }
    }

    /// <summary>What is asked, each time of another thing.</summary>
    public IEnumerable<(string Question, Func<ValueTask<int>> Ask)> Questions(Db db)
    {
        var queries = new LineageQueries(db);
        var impacts = new Impacts(db);
        yield return ("provenance of a version", () => AskAsync(new(Version(Any(_runs)).Id) { Direction = "up" }));
        yield return ("provenance with columns", () => AskAsync(new(Version(Any(_runs)).Id) { Direction = "up", Columns = true }));
        yield return ("up and down of a run", () => AskAsync(new(Run(Any(_runs)).Id)));
        yield return ("down of a training set, as of a time", () => AskAsync(new(Set(Any(Sets)).Id) { Direction = "down", AsOf = 500 }));
        yield return ("down of a view, first page", () => AskAsync(new(View(Any(Views)).Id) { Direction = "down" }));
        yield return ("models of a view", () => AskAsync(new(View(Any(Views)).Id) { Direction = "down", Kinds = [NodeKinds.ModelVersion] }));
        yield return ("down of the greatest hub, first page", () => AskAsync(new("code_commit:main") { Direction = "down" }));
        yield return ("neighbours of the greatest hub", async () =>
            (await queries.NeighboursAsync(Actor, new("code_commit:main") { Direction = "down", Limit = 1000 }, NodeSight.All, CancellationToken.None)).Value.Nodes.Count);
        yield return ("impact of a column", async () => Used((await impacts.FindAsync(Actor, new(Column(Any(Sources), Any(10)).Id), NodeSight.All, CancellationToken.None)).Value));
        yield return ("impact of a source", async () => Used((await impacts.FindAsync(Actor, new(Source(Any(Sources)).Id), NodeSight.All, CancellationToken.None)).Value));

        async ValueTask<int> AskAsync(GraphQuery query) => (await queries.AskAsync(Actor, query, NodeSight.All, CancellationToken.None)).Value.Nodes.Count;
    }

    private static int Used(LineageImpact impact) => impact.Counts.Values.Sum();

    private int Any(int count) => _random.Next(count);

    private GraphEdge Edge(GraphNode from, GraphNode to) => new(from, to, _random.Next(1000));

    private static GraphNode Source(int number) => new(NodeKinds.Source, $"shop/s{number}");

    private static GraphNode Column(int source, int number) => new(NodeKinds.SourceColumn, $"shop/s{source}#c{number}");

    private static GraphNode View(int number) => new(NodeKinds.FeatureViewVersion, $"shop/v{number}@v1");

    private static GraphNode Feature(int view, int number) => new(NodeKinds.Feature, $"shop/v{view}@v1#f{number}");

    private static GraphNode Set(int number) => new(NodeKinds.TrainingSet, $"set-{number}");

    private static GraphNode Run(int number) => new(NodeKinds.Run, $"run-{number}");

    private static GraphNode Version(int number) => new(NodeKinds.ModelVersion, $"m{number % 2000}/{number}");
}
