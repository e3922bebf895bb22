using System.Globalization;

namespace Orrery.Web;

/// <summary>Values as people read them, and as files hold them.</summary>
internal static class Cells
{
    /// <summary>For a page.</summary>
    public static string Shown(object? value) => value switch
    {
        null or "" => "–",
        double number => Numbers.Of(number),
        float number => Numbers.Of(number),
        long or int or short => Numbers.Of(Convert.ToInt64(value, CultureInfo.InvariantCulture)),
        decimal number => number.ToString("#,0.##", CultureInfo.InvariantCulture),
        bool yes => yes ? "yes" : "no",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "–",
    };

    /// <summary>For a file: every digit, times in UTC as RFC 3339.</summary>
    public static string? Filed(object? value) => value switch
    {
        DateTimeOffset at => at.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture),
        double number => number.ToString("R", CultureInfo.InvariantCulture),
        bool yes => yes ? "true" : "false",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture),
    };
}
