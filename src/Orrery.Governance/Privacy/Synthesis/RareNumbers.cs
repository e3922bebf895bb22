namespace Orrery.Governance;

/// <summary>
/// Whole numbers that fewer than k rows have. None of them is shown: in place of each stands the nearest that is nobody's, or enough rows', between the least
/// and the greatest that may be shown.
/// </summary>
internal sealed class RareNumbers
{
    private readonly double[] _first;
    private readonly double[] _last;
    private readonly double _least;
    private readonly double _greatest;

    private RareNumbers(double[] first, double[] last, double least, double greatest, long count) =>
        (_first, _last, _least, _greatest, Count) = (first, last, least, greatest, count);

    /// <summary>How many there are.</summary>
    public long Count { get; }

    /// <summary>Whether they are most of all whole numbers in between, as numbers of rows and keys are: then none can stand for another.</summary>
    public bool IsAll => 2 * Count >= _greatest - _least + 1;

    /// <summary>Those of a column.</summary>
    /// <param name="sorted">All numbers, in order.</param>
    /// <param name="least">That may be shown.</param>
    /// <param name="greatest">That may be shown.</param>
    /// <param name="k">Rows that must share a number.</param>
    public static RareNumbers Of(double[] sorted, double least, double greatest, int k)
    {
        var (first, last, count) = (new List<double>(), new List<double>(), 0L);
        for (var at = 0; at < sorted.Length;)
        {
            var next = at;
            while (next < sorted.Length && sorted[next] == sorted[at])
                next++;
            if (next - at < k && sorted[at] >= least && sorted[at] <= greatest)
            {
                count++;
                if (last.Count > 0 && last[^1] + 1 == sorted[at])
                    last[^1] = sorted[at];
                else
                {
                    first.Add(sorted[at]);
                    last.Add(sorted[at]);
                }
            }

            at = next;
        }

        return new([.. first], [.. last], least, greatest, count);
    }

    /// <summary>A number that may be shown: itself, or the nearest.</summary>
    public double Beside(double number)
    {
        var run = Array.BinarySearch(_first, number);
        run = run < 0 ? ~run - 1 : run;
        if (run < 0 || number > _last[run])
            return number;
        var (below, above) = (_first[run] - 1, _last[run] + 1);
        return above > _greatest || (below >= _least && number - below <= above - number) ? below : above;
    }
}
