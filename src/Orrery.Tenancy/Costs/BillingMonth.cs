using System.Globalization;

namespace Orrery.Tenancy;

/// <summary>A month of the calendar, in UTC.</summary>
/// <param name="Number">Year * 12 + month - 1, so that the next one is one more.</param>
internal readonly record struct BillingMonth(int Number)
{
    public int Year => Number / 12;

    public int Month => (Number % 12) + 1;

    public int Days => DateTime.DaysInMonth(Year, Month);

    /// <summary>Its first day, from 1970-01-01.</summary>
    public int FirstDay => DayOf(new DateOnly(Year, Month, 1));

    public BillingMonth Next => new(Number + 1);

    public static int DayOf(DateOnly date) => date.DayNumber - Epoch;

    public static int DayOf(DateTimeOffset time) => DayOf(DateOnly.FromDateTime(time.UtcDateTime));

    public static DateOnly DateOf(int day) => DateOnly.FromDayNumber(day + Epoch);

    public static BillingMonth Of(DateTimeOffset time) => new((time.UtcDateTime.Year * 12) + time.UtcDateTime.Month - 1);

    public static BillingMonth OfDay(int day) => DateOf(day) is var date ? new((date.Year * 12) + date.Month - 1) : default;

    /// <summary>As <c>2026-10</c>; null for other text.</summary>
    public static BillingMonth? Parse(string text) =>
        DateTime.TryParseExact(text, "yyyy-MM", CultureInfo.InvariantCulture, DateTimeStyles.None, out var first) && first.Year is >= 1970 and < 9000
            ? new((first.Year * 12) + first.Month - 1)
            : null;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Year:0000}-{Month:00}");

    private static readonly int Epoch = new DateOnly(1970, 1, 1).DayNumber;
}
