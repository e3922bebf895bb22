using Orrery.Kernel;

namespace Orrery.Governance;

/// <summary>
/// Looks for the cheapest changes of a row after which the model answers as wanted. Where the model can be asked about all combinations of values it is; otherwise single changes
/// are tried, then a beam of the most promising is changed further, with some drawn by lot, and what is found is made smaller step by step.
/// </summary>
internal sealed class CounterfactualSearch(ChangeSpace space, GoalScoring score, int budget, int wanted, Random random)
{
    private const int Beam = 24;
    private const int Promising = 48;
    private const int MostDepth = 8;
    private const int MostRounds = 40;

    private readonly TriedRows _tried = new(space, score, budget);

    /// <summary>What was tried.</summary>
    public TriedRows Tried => _tried;

    /// <summary>Whether all combinations are tried.</summary>
    public bool IsExhaustive => space.IsComplete && space.Combinations <= budget;

    /// <summary>Searches; what scoring refuses.</summary>
    public async ValueTask<Result<Done>> RunAsync(CancellationToken cancel)
    {
        if (IsExhaustive)
            return (await _tried.TryAsync(All(0, space.Row, 0), cancel)).Then<Done>(static _ => Done.Ok);
        if ((await _tried.TryAsync(Shuffled(Singles(space.Row)).Take(budget / 3), cancel)).Failed(out var refused, out var singles))
            return refused;
        if ((await WidenAsync(singles, cancel)).Failed(out refused, out _))
            return refused;
        return await NarrowAsync(cancel);
    }

    // Changes of more and more columns; what is met needs no more.
    private async ValueTask<Result<Done>> WidenAsync(List<TriedRow> singles, CancellationToken cancel)
    {
        singles.Sort(TriedRow.Nearer);
        var (open, promising) = (singles.Where(static one => !one.IsMet).ToList(), singles.Take(Promising).ToList());
        var depths = Math.Min(space.MostChanges, MostDepth) - 1;
        for (var depth = 0; depth < depths && open.Count > 0; depth++)
        {
            // A third of the budget is for making answers smaller.
            var share = (_tried.Left - (budget / 3)) / (depths - depth);
            if (share <= 0)
                break;
            var next = Beams(open).SelectMany(one => promising.Select(other => Joined(one.Values, other.Values))).Concat(Drawn(depth + 2, share / 4)).Take(share);
            if ((await _tried.TryAsync(next, cancel)).Failed(out var refused, out var tried))
                return refused;
            open = [.. tried.Where(static one => !one.IsMet).Order(Comparer<TriedRow>.Create(TriedRow.Nearer))];
        }

        return Done.Ok;
    }

    // The nearest, and of the rest some that cost little.
    private static IEnumerable<TriedRow> Beams(List<TriedRow> open) =>
        open.Take(Beam).Concat(open.Skip(Beam).Take(8 * Beam).OrderBy(static one => one.Cost).Take(Beam / 2));

    // Of each set of changed columns the cheapest answer is made smaller, until nothing smaller is met.
    private async ValueTask<Result<Done>> NarrowAsync(CancellationToken cancel)
    {
        var done = new HashSet<double[]>();
        for (var round = 0; round < MostRounds && _tried.Left > 0; round++)
        {
            var starts = _tried.Met.DistinctBy(Changed).Take(4 * wanted).Where(one => done.Add(one.Values)).ToList();
            if (starts.Count == 0)
                break;
            if ((await _tried.TryAsync(starts.SelectMany(one => Smaller(one.Values)), cancel)).Failed(out var refused, out _))
                return refused;
        }

        return Done.Ok;
    }

    private IEnumerable<double[]> Smaller(double[] row)
    {
        foreach (var choice in space.Choices.Where(choice => !row[choice.Column].Equals(choice.Own)))
        {
            yield return With(row, choice.Column, choice.Own);
            foreach (var value in choice.Nearer(row[choice.Column]))
                yield return With(row, choice.Column, value);
        }
    }

    private string Changed(TriedRow one) => string.Join(',', Enumerable.Range(0, one.Values.Length).Where(column => !one.Values[column].Equals(space.Row[column])));

    private IEnumerable<double[]> Singles(double[] row) => space.Choices.SelectMany(choice => choice.Values.Select(value => With(row, choice.Column, value)));

    private double[][] Shuffled(IEnumerable<double[]> rows)
    {
        var all = rows.ToArray();
        random.Shuffle(all);
        return all;
    }

    // Rows with so many changes by lot.
    private IEnumerable<double[]> Drawn(int changes, int count)
    {
        var order = space.Choices.ToArray();
        for (var draw = 0; draw < count; draw++)
        {
            random.Shuffle(order);
            var row = (double[])space.Row.Clone();
            foreach (var choice in order.Take(changes))
                row[choice.Column] = choice.Values[random.Next(choice.Values.Length)];
            yield return row;
        }
    }

    private double[] Joined(double[] one, double[] other)
    {
        var row = (double[])one.Clone();
        for (var column = 0; column < row.Length; column++)
        {
            if (!other[column].Equals(space.Row[column]))
                row[column] = other[column];
        }

        return row;
    }

    private IEnumerable<double[]> All(int from, double[] row, int changes)
    {
        for (var place = from; place < space.Choices.Count && changes < space.MostChanges; place++)
        {
            foreach (var value in space.Choices[place].Values)
            {
                var changed = With(row, space.Choices[place].Column, value);
                yield return changed;
                foreach (var further in All(place + 1, changed, changes + 1))
                    yield return further;
            }
        }
    }

    private static double[] With(double[] row, int column, double value)
    {
        var changed = (double[])row.Clone();
        changed[column] = value;
        return changed;
    }
}
