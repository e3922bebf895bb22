using System.Globalization;
using Orrery.Contracts;

namespace Orrery.Delivery;

/// <summary>
/// When a version is taken back by itself. Signals of all servers are summed by minute. Failures and p95 must exceed their thresholds in each minute of the last five in
/// which something was asked, and something must have been asked in at least three of them; availability is that of the five minutes together.
/// </summary>
internal static class RollbackRules
{
    /// <summary>Minutes that are looked at.</summary>
    public const int Minutes = 5;

    private const int LeastMinutes = 3;
    private const int LeastLooks = 12;
    private const long Minute = 60_000;

    /// <summary>Why the version is to be taken back; null for nothing.</summary>
    /// <param name="signals">Of the version, of the last five minutes or more.</param>
    /// <param name="since">When users had it first, Unix milliseconds: before five minutes have passed nothing is decided.</param>
    /// <param name="thresholds">All set.</param>
    /// <param name="baseline">p95 before the delivery, milliseconds; null where it is not known.</param>
    /// <param name="now">Unix milliseconds.</param>
    public static RollbackReason? Judge(IReadOnlyList<SignalRow> signals, long since, RollbackThresholds thresholds, double? baseline, long now)
    {
        var begin = now - (Minutes * Minute);
        if (since > begin)
            return null;
        var seen = signals.Where(one => one.At > begin && one.At <= now).ToList();
        var requests = seen.Sum(static one => one.Requests);
        var minutes = seen.GroupBy(one => (now - one.At) / Minute).Select(static group => Of([.. group])).Where(static one => one.Requests > 0).ToList();
        if (requests >= thresholds.MinRequests && minutes.Count >= LeastMinutes)
        {
            if (minutes.TrueForAll(one => 100.0 * one.Failed > thresholds.ErrorPercent!.Value * one.Requests))
                return new("error_rate", $"{Percent(100.0 * minutes.Sum(static one => one.Failed) / requests)} of {requests} requests failed in five minutes; more than {Percent(thresholds.ErrorPercent!.Value)} may not in each of them.", begin);
            var slow = minutes.Where(static one => one.P95Ms is not null).ToList();
            if (baseline is { } usual && slow.Count >= LeastMinutes && slow.TrueForAll(one => one.P95Ms > thresholds.P95Ratio * usual))
                return new("p95", $"p95 is {Number(slow.Max(static one => one.P95Ms!.Value))} ms in each of five minutes; before the delivery it was {Number(usual)} ms, and {Number(thresholds.P95Ratio!.Value)} times that may be.", begin);
        }

        var asked = requests >= thresholds.MinRequests ? 100 - (100.0 * seen.Sum(static one => one.Unanswered) / requests) : 100;
        var looked = seen.Count >= LeastLooks ? 100.0 * seen.Count(static one => one.IsReady) / seen.Count : 100;
        return Math.Min(asked, looked) < thresholds.AvailabilityPercent
            ? new("availability", $"Availability was {Percent(Math.Min(asked, looked))} in five minutes; it must be {Percent(thresholds.AvailabilityPercent!.Value)}.", begin)
            : null;
    }

    // The p95 of several servers together lies among theirs: they are weighed by what they were asked.
    private static (long Requests, long Failed, double? P95Ms) Of(IReadOnlyList<SignalRow> minute)
    {
        var told = minute.Where(static one => one.P95Ms is not null && one.Requests > 0).ToList();
        var weight = told.Sum(static one => one.Requests);
        return (minute.Sum(static one => one.Requests), minute.Sum(static one => one.Failed), weight == 0 ? null : told.Sum(static one => one.P95Ms!.Value * one.Requests) / weight);
    }

    private static string Percent(double value) => Number(value) + " %";

    private static string Number(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);
}

/// <summary>Why a version is taken back.</summary>
/// <param name="Rule"><c>error_rate</c>, <c>p95</c> or <c>availability</c>.</param>
/// <param name="Text">For people.</param>
/// <param name="Since">When it began, Unix milliseconds.</param>
internal sealed record RollbackReason(string Rule, string Text, long Since);
