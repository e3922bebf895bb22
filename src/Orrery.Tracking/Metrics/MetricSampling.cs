namespace Orrery.Tracking;

/// <summary>Chooses the steps to draw when there are too many points to draw them all.</summary>
internal static class MetricSampling
{
    /// <summary>
    /// Steps evenly spaced among all distinct steps, plus the first and last step of each history, so that no curve loses its
    /// ends. MLflow's rule for <c>get-history-bulk-interval</c>.
    /// </summary>
    /// <param name="histories">The points of each run.</param>
    /// <param name="max">About how many steps.</param>
    /// <param name="first">Steps below are left out; null for all.</param>
    /// <param name="last">Steps above are left out; null for all.</param>
    public static HashSet<long> Steps(IEnumerable<List<MetricPoint>> histories, int max, long? first, long? last)
    {
        var all = new SortedSet<long>();
        var ends = new HashSet<long>();
        foreach (var history in histories)
        {
            var steps = history.Select(static p => p.Step).Where(s => s >= (first ?? long.MinValue) && s <= (last ?? long.MaxValue)).ToList();
            if (steps.Count == 0)
                continue;
            all.UnionWith(steps);
            ends.Add(steps.Min());
            ends.Add(steps.Max());
        }

        if (all.Count <= max)
            return [.. all];
        var ordered = all.ToArray();
        for (var i = 0; i < max; i++)
            ends.Add(ordered[(long)i * ordered.Length / max]);
        ends.Add(ordered[^1]);
        return ends;
    }
}
