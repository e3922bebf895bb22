namespace Orrery.Load;

/// <summary>Searches in one experiment of 100,000 runs, with 3 params and 3 metrics each, and its pages at depth.</summary>
internal static class SearchSection
{
    public const string Name = "search of 100,000 runs";
    private const int Pairs = 3;
    private const int Writers = 32;
    private const int PageSize = 100;

    private static readonly (string Name, string? Filter, string? Order)[] Searches =
    [
        ("one param and metric range, by that metric", "metrics.m0 > 0.5 and params.p0 = 'v1'", "metrics.m0 DESC"),
        ("one param and metric range, by another", "metrics.m0 > 0.5 and params.p0 = 'v1'", "metrics.m1 ASC"),
        ("selective: 1 run in 10,000", "metrics.m0 > 0.999 and params.p0 = 'v1'", "metrics.m1 ASC"),
        ("unselective: 8 runs in 10", "metrics.m0 > 0.2 and params.p0 != 'x'", "metrics.m1 DESC"),
        ("two params and two ranges", "metrics.m0 > 0.5 and metrics.m1 < 0.5 and params.p0 = 'v1' and params.p1 = 'v2'", "metrics.m2 DESC"),
        ("tag and name, newest first", "tags.team = 'team-3' and attributes.run_name LIKE 'run-9%'", null),
        ("nothing found", "metrics.m0 > 2 and params.p0 = 'v1'", "metrics.m1 ASC"),
        ("newest 100", null, null),
    ];

    /// <summary>Names of the searches: those that the 50 ms are promised for.</summary>
    public static IEnumerable<string> Operations => Searches.Select(static s => s.Name);

    public static List<OperationResult> Run(Stage stage, LoadOptions options)
    {
        var experiment = stage.Ask(Requests.CreateExperiment("big"), "\"experiment_id\""u8);
        Fill(stage, experiment, options.Runs);
        using var crowd = stage.Connect(options.Connections);
        using var single = stage.Connect(1);
        var bench = new Bench(options, crowd, stage.Meter, stage.Name);
        var alone = new Loops(single, stage.Meter);
        return [.. All(stage, experiment, options.Runs)
            .Where(operation => options.Wants(Name, operation.Name))
            .Select(operation => bench.Measure(operation, alone))];
    }

    private static void Fill(Stage stage, string experiment, int runs)
    {
        using var crowd = stage.Connect(Writers);
        var filled = new Loops(crowd, stage.Meter).Closed(new("fill", new RunFill(experiment, runs, Pairs).CreateAndLog), TimeSpan.Zero, runs);
        if (filled.Failed > 0)
            throw new InvalidOperationException($"{filled.Failed} of {runs} runs could not be written: {filled.FirstFailure}");
        Progress.Say($"{stage.Name,-11} {runs} runs in {filled.Elapsed.TotalSeconds:0} s");
    }

    private static IEnumerable<Operation> All(Stage stage, string experiment, int runs)
    {
        foreach (var (name, filter, order) in Searches)
            yield return new(name, Requests.Search(experiment, PageSize, filter, order).Send);
        var deep = Math.Min(900, runs / PageSize - 1);
        using var connection = new Connection(0, stage.Server.Port);
        foreach (var (name, order) in new[] { ("newest first", (string?)null), ("by a metric", "metrics.m0 DESC") })
        {
            var first = Requests.SearchJson(experiment, PageSize, order: order);
            yield return new($"page 1, {name}", RequestTemplate.Post(Requests.Api + "runs/search", first).Send);
            var token = PageWalk.TokenOf(connection, first, deep);
            yield return new($"page {deep}, {name}", RequestTemplate.Post(
                Requests.Api + "runs/search", Requests.SearchJson(experiment, PageSize, order: order, token: token)).Send);
        }
    }
}
