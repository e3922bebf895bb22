namespace Orrery.Features;

/// <summary>The proleptic Gregorian calendar for any 64-bit number of microseconds since 1970 UTC.</summary>
internal static class CivilTime
{
    private const long MicrosecondsOfDay = 86_400_000_000;

    /// <summary>Year (0 is 1 BC), month and day.</summary>
    public static (long Year, int Month, int Day) Of(long microseconds)
    {
        // Days from 1 March of year 0, so that leap days end a year; 146,097 days make 400 years.
        var days = FloorDiv(microseconds, MicrosecondsOfDay) + 719_468;
        var era = FloorDiv(days, 146_097);
        var dayOfEra = days - (era * 146_097);
        var yearOfEra = (dayOfEra - (dayOfEra / 1_460) + (dayOfEra / 36_524) - (dayOfEra / 146_096)) / 365;
        var dayOfYear = dayOfEra - ((365 * yearOfEra) + (yearOfEra / 4) - (yearOfEra / 100));
        var shifted = ((5 * dayOfYear) + 2) / 153;
        var month = (int)(shifted < 10 ? shifted + 3 : shifted - 9);
        return (yearOfEra + (era * 400) + (month <= 2 ? 1 : 0), month, (int)(dayOfYear - (((153 * shifted) + 2) / 5) + 1));
    }

    public static long SecondOfDay(long microseconds) => (microseconds - (FloorDiv(microseconds, MicrosecondsOfDay) * MicrosecondsOfDay)) / 1_000_000;

    /// <summary>0 for Sunday.</summary>
    public static long DayOfWeek(long microseconds)
    {
        var day = (FloorDiv(microseconds, MicrosecondsOfDay) + 4) % 7;
        return day < 0 ? day + 7 : day;
    }

    private static long FloorDiv(long value, long by) => (value / by) - (value % by < 0 ? 1 : 0);
}
