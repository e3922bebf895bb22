namespace Orrery.Tenancy;

/// <summary>What the rest of a month will cost: each day what such a weekday cost in the last four weeks.</summary>
internal static class Forecast
{
    /// <summary>How far it looks back.</summary>
    public const int Window = 28;

    /// <summary>Cost to come from now to the end of the last day.</summary>
    /// <param name="daily">Cost of each day that had any; today's so far.</param>
    /// <param name="today">The day that is not over.</param>
    /// <param name="last">Last day of the month.</param>
    public static decimal Rest(IReadOnlyDictionary<int, decimal> daily, int today, int last)
    {
        var seen = daily.Keys.Where(day => day >= today - Window && day < today).DefaultIfEmpty(today).Min();
        if (seen == today)
            return 0;
        var past = Enumerable.Range(seen, today - seen).ToList();
        var rest = Math.Max(0, Expected(today) - Cost(today));
        for (var day = today + 1; day <= last; day++)
            rest += Expected(day);
        return rest;

        decimal Cost(int day) => daily.GetValueOrDefault(day);

        // The same weekday, else days of the same half of the week, else any.
        decimal Expected(int day) =>
            Mean(past.Where(other => Weekday(other) == Weekday(day)))
            ?? Mean(past.Where(other => IsWeekend(other) == IsWeekend(day)))
            ?? Mean(past)!.Value;

        decimal? Mean(IEnumerable<int> days)
        {
            decimal sum = 0;
            var count = 0;
            foreach (var day in days)
            {
                sum += Cost(day);
                count++;
            }

            return count == 0 ? null : sum / count;
        }
    }

    private static DayOfWeek Weekday(int day) => BillingMonth.DateOf(day).DayOfWeek;

    private static bool IsWeekend(int day) => Weekday(day) is DayOfWeek.Saturday or DayOfWeek.Sunday;
}
