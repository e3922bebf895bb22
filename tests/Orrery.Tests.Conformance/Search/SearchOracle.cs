namespace Orrery.Tests.Conformance;

/// <summary>Makes runs and searches by a seed, and answers the searches the plain way.</summary>
internal sealed class SearchOracle(int seed)
{
    private static readonly string[] Texts = ["a", "A", "ab", "Ab", "b%", "b_", "c d", "ä", "10", "9", ""];
    private static readonly string[] Patterns = ["a", "A%", "%b", "_b", "%", "b__", "%a%", "c d", "1_", "B%", ""];
    private static readonly double[] Numbers = [-1, 0, 0.5, 1, 1e-3, 2, 1e10, double.NaN, double.PositiveInfinity, double.NegativeInfinity];
    private static readonly double[] Literals = [-1, 0, 0.5, 1, 0.001, 1.5, 1e10];
    private static readonly string[] Statuses = ["RUNNING", "FINISHED", "FAILED", "KILLED", "SCHEDULED"];
    private static readonly string[] NumberComparators = ["=", "!=", ">", ">=", "<", "<="];
    private static readonly string[] TextComparators = ["=", "!=", "LIKE", "ILIKE"];
    private static readonly string[] Keys = ["k0", "k.1", "k 2"];

#pragma warning disable CA5394 // Chance that must repeat, not secrets.
    private readonly Random _random = new(seed);

    /// <summary>A run with values of few kinds, so that ties, missing values and matches are frequent.</summary>
    public SearchRun NextRun() => new()
    {
        Name = "run " + Pick(Texts),
        User = Pick(Texts),
        Status = Pick(Statuses),
        Start = 1 + _random.Next(5),
        End = _random.Next(3) == 0 ? null : 1 + _random.Next(5),
        Metrics = Some(() => Pick(Numbers)),
        Params = Some(() => Pick(Texts)),
        Tags = Some(() => Pick(Texts)),
        Datasets = [.. Enumerable.Range(0, _random.Next(3)).Select(i => ($"set{i}", Pick(["d1", "d2"]), Pick(["train", "Test"])))],
    };

    /// <summary>One to three conditions of any kind.</summary>
    public IReadOnlyList<Clause> NextFilter(IReadOnlyList<SearchRun> runs) => [.. Enumerable.Range(0, _random.Next(1, 4)).Select(_ => NextClause(runs))];

    /// <summary>None to three keys.</summary>
    public IReadOnlyList<SortKey> NextOrder() => [.. Enumerable.Range(0, _random.Next(4)).Select(_ => NextKey()).DistinctBy(key => key.Field)];

    /// <summary>The runs that fulfil all conditions, in order.</summary>
    public static IReadOnlyList<string> Answer(IEnumerable<SearchRun> runs, IReadOnlyList<Clause> filter, IReadOnlyList<SortKey> order)
    {
        var found = runs.Where(run => filter.All(clause => clause.Holds(run))).ToList();
        found.Sort((a, b) => order.Append(SortKey.Default).Select(key => key.Compare(a, b)).FirstOrDefault(compared => compared != 0));
        return [.. found.Select(run => run.Id)];
    }

    private Clause NextClause(IReadOnlyList<SearchRun> runs) => _random.Next(7) switch
    {
        0 or 1 => Clause.OfMetric(Pick(Keys), Pick(NumberComparators), Pick(Literals)),
        2 => NextPair("params"),
        3 => NextPair("tags"),
        4 => Clause.OfTime(Pick(["start_time", "end_time"]), Pick(NumberComparators), 1 + _random.Next(5)),
        5 => NextText(runs),
        _ => NextDataset(),
    };

    private Clause NextPair(string entity)
    {
        var comparator = Pick(TextComparators);
        return Clause.OfPair(entity, Pick(Keys), comparator, Pick(comparator.EndsWith("LIKE", StringComparison.Ordinal) ? Patterns : Texts));
    }

    private Clause NextText(IReadOnlyList<SearchRun> runs) => _random.Next(4) switch
    {
        0 => Clause.OfText("status", Pick(TextComparators[..2]), Pick(Statuses)),
        1 => Clause.OfText("run_name", Pick(TextComparators), "run " + Pick(Patterns)),
        2 => Clause.OfText("user_id", Pick(TextComparators), Pick(Patterns)),
        _ => Clause.OfIds(_random.Next(2) == 0, [.. Enumerable.Range(0, 3).Select(_ => runs[_random.Next(runs.Count)].Id)]),
    };

    private Clause NextDataset() => _random.Next(2) == 0
        ? Clause.OfDataset("name", Pick(["IN", "NOT IN"]), "set0", "none")
        : Clause.OfDataset(Pick(["digest", "context"]), Pick(TextComparators), Pick(["d1", "d_", "train", "te%"]));

    private SortKey NextKey() => _random.Next(4) switch
    {
        0 => SortKey.ByMetric(Pick(Keys), _random.Next(2) == 0),
        1 => SortKey.ByPair("params", Pick(Keys), _random.Next(2) == 0),
        2 => SortKey.ByPair("tags", Pick(Keys), _random.Next(2) == 0),
        _ => SortKey.ByAttribute(Pick(["start_time", "end_time", "status", "run_name", "user_id", "artifact_uri", "run_id"]), _random.Next(2) == 0),
    };

    private Dictionary<string, T> Some<T>(Func<T> value) => Keys.Where(_ => _random.Next(3) > 0).ToDictionary(key => key, _ => value());

    private T Pick<T>(T[] of) => of[_random.Next(of.Length)];
#pragma warning restore CA5394
}
