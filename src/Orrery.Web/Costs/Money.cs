using System.Globalization;

namespace Orrery.Web;

/// <summary>US dollars and months, as people read them.</summary>
internal static class Money
{
    private const decimal Cent = 0.01m;

    /// <summary>In cents; what is less than a cent to four digits that count.</summary>
    public static string Of(decimal dollars) => dollars is not 0 && Math.Abs(dollars) < Cent
        ? "$" + ((double)dollars).ToString("0.00####", CultureInfo.InvariantCulture)
        : (dollars < 0 ? "−$" : "$") + Math.Abs(dollars).ToString("#,0.00", CultureInfo.InvariantCulture);

    /// <summary>How one amount stands to another, such as <c>+12 %</c>; null where there was none before.</summary>
    public static string? Change(decimal now, decimal before) => before == 0 ? null : ((now - before) / before).ToString("+0%;−0%;0%", CultureInfo.InvariantCulture);

    /// <summary>First day of a month such as <c>2026-10</c>; null for other text.</summary>
    public static DateOnly? Month(string? text) =>
        DateOnly.TryParseExact(text + "-01", "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day.Year is >= 1970 and < 9000 ? day : null;

    /// <summary>A month as the API names it.</summary>
    public static string Key(DateOnly month) => month.ToString("yyyy-MM", CultureInfo.InvariantCulture);

    /// <summary>A month for people.</summary>
    public static string Name(DateOnly month) => month.ToString("MMMM yyyy", CultureInfo.InvariantCulture);

    /// <summary>The month at hand.</summary>
    public static DateOnly ThisMonth(TimeProvider time) => time.GetUtcNow().UtcDateTime is var now ? new(now.Year, now.Month, 1) : default;

    /// <summary>What a meter measures, in words.</summary>
    public static string Meter(string meter) => meter switch
    {
        "core-seconds" => "Processors",
        "memory-gib-seconds" => "Memory",
        "gpu-seconds" => "GPUs",
        "storage-gib-hours" => "Storage",
        "predictions" => "Predictions",
        "requests" => "Requests",
        _ => meter,
    };

    /// <summary>A cost centre for people; the empty one is the workspace itself.</summary>
    public static string Center(string center) => center.Length == 0 ? "the workspace itself" : center;
}
