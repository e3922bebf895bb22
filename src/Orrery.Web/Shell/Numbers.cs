using System.Globalization;

namespace Orrery.Web;

/// <summary>Numbers as people read them.</summary>
internal static class Numbers
{
    private const double Thousand = 1000;
    private const double Kibi = 1024;
    private static readonly string[] Units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];

    private const long LastMillisecond = 253_402_300_799_999;

    /// <summary>A time of Unix milliseconds that somebody gave; null for none, and for what is none: up to the year 9999.</summary>
    public static DateTimeOffset? Time(long? milliseconds) => milliseconds is > 0 and <= LastMillisecond ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds.Value) : null;

    /// <summary>With commas.</summary>
    public static string Of(long number) => number.ToString("#,0", CultureInfo.InvariantCulture);

    /// <summary>To six digits that count; with commas where it is large.</summary>
    public static string Of(double number) => Math.Abs(number) is >= Thousand and < 1e15
        ? number.ToString("#,0.##", CultureInfo.InvariantCulture)
        : number.ToString("G6", CultureInfo.InvariantCulture);

    /// <summary>A share from 0 to 1 in hundredths.</summary>
    public static string Percent(double share) => share.ToString("0.##%", CultureInfo.InvariantCulture);

    /// <summary>A count of bytes, in powers of 1,024.</summary>
    public static string Bytes(double bytes)
    {
        var unit = 0;
        while (Math.Abs(bytes) >= Kibi && unit < Units.Length - 1)
        {
            bytes /= Kibi;
            unit++;
        }

        return $"{bytes.ToString(unit == 0 ? "0" : "0.#", CultureInfo.InvariantCulture)} {Units[unit]}";
    }

    /// <summary>A time span by its two largest units.</summary>
    public static string Span(TimeSpan span) => span switch
    {
        { TotalMilliseconds: < Thousand } => string.Create(CultureInfo.InvariantCulture, $"{span.TotalMilliseconds:0.#} ms"),
        { TotalSeconds: < 60 } => string.Create(CultureInfo.InvariantCulture, $"{span.TotalSeconds:0.#} s"),
        { TotalMinutes: < 60 } => string.Create(CultureInfo.InvariantCulture, $"{span.Minutes} min {span.Seconds} s"),
        { TotalHours: < 24 } => string.Create(CultureInfo.InvariantCulture, $"{span.Hours} h {span.Minutes} min"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{(long)span.TotalDays} d {span.Hours} h"),
    };
}
