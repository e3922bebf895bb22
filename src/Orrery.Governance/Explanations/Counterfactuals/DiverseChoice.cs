namespace Orrery.Governance;

/// <summary>
/// Chooses answers that are cheap and unlike each other: one after another the answer with the least cost less what its being unlike those before is worth. Unlikeness is what
/// it adds to the determinant of the kernel 1 / (1 + distance) (DiCE, Mothilal, Sharma and Tan 2020), from 0 for a copy to 1.
/// </summary>
internal static class DiverseChoice
{
    private const int MostCandidates = 2000;

    /// <summary>Chooses; the cheapest is always among them.</summary>
    /// <param name="met">The cheapest first.</param>
    /// <param name="count">How many.</param>
    /// <param name="diversity">What being unlike is worth.</param>
    /// <param name="distance">Between two rows.</param>
    public static List<TriedRow> Choose(IReadOnlyList<TriedRow> met, int count, double diversity, Func<double[], double[], double> distance)
    {
        var left = met.Take(MostCandidates).ToList();
        var chosen = new List<TriedRow>();

        // Of each candidate its row of the kernel's Cholesky factor, and what is left of its diagonal.
        var factors = left.Select(static _ => new List<double>()).ToList();
        var unlike = left.Select(static _ => 1.0).ToList();
        while (chosen.Count < count && left.Count > 0)
        {
            var next = 0;
            for (var place = 1; place < left.Count; place++)
            {
                if (left[place].Cost - (diversity * unlike[place]) < left[next].Cost - (diversity * unlike[next]))
                    next = place;
            }

            var (taken, factor, diagonal) = (left[next], factors[next], Math.Sqrt(Math.Max(unlike[next], 1e-12)));
            chosen.Add(taken);
            left.RemoveAt(next);
            factors.RemoveAt(next);
            unlike.RemoveAt(next);
            for (var place = 0; place < left.Count; place++)
            {
                var similar = 1 / (1 + distance(left[place].Values, taken.Values));
                for (var index = 0; index < factor.Count; index++)
                    similar -= factor[index] * factors[place][index];
                factors[place].Add(similar / diagonal);
                unlike[place] = Math.Max(0, unlike[place] - (factors[place][^1] * factors[place][^1]));
            }
        }

        chosen.Sort(TriedRow.Cheaper);
        return chosen;
    }
}
