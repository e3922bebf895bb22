using System.Runtime.InteropServices;
using Orrery.Statistics;

namespace Orrery.Governance;

/// <summary>Turns what metrics become without some rows into the correction of their intervals.</summary>
internal static class Jackknife
{
    /// <summary>Corrects a metric's interval; one that is undefined of the rows, or without some, keeps none.</summary>
    /// <param name="made">Its resampled values.</param>
    /// <param name="metric">Its name.</param>
    /// <param name="estimate">Its value of all rows.</param>
    /// <param name="values">Its values without one row of those that are alike.</param>
    /// <param name="times">How many are alike; null for 1 each.</param>
    public static void Correct(Replicates made, string metric, double estimate, List<double> values, List<double>? times)
    {
        var sums = new JackknifeSums();
        sums.Add(CollectionsMarshal.AsSpan(values), times is null ? default : CollectionsMarshal.AsSpan(times));
        made.Correct(metric, estimate, sums.Acceleration);
    }
}
