using System.Globalization;
using System.Text;

namespace Orrery.Cli;

/// <summary>Values as people read them.</summary>
internal static class Printable
{
    private static readonly string[] Units = ["B", "KiB", "MiB", "GiB", "TiB"];

    /// <summary>
    /// Text of others without control characters, which could move the cursor or rewrite what stands there; line ends stay.
    /// </summary>
    public static string Of(string? text)
    {
        if (text is null)
            return "";
        if (!text.Any(char.IsControl))
            return text;
        var clean = new StringBuilder(text.Length);
        foreach (var character in text)
            clean.Append(char.IsControl(character) && character != '\n' ? ' ' : character);
        return clean.ToString();
    }

    /// <summary>Milliseconds since 1970 as UTC, or as they are when they are no such time.</summary>
    public static string? Time(long? milliseconds)
    {
        const long Least = -62_135_596_800_000, Most = 253_402_300_799_999;
        return milliseconds switch
        {
            null => null,
            < Least or > Most => milliseconds.Value.ToString(CultureInfo.InvariantCulture),
            _ => Time(DateTimeOffset.FromUnixTimeMilliseconds(milliseconds.Value)),
        };
    }

    public static string? Time(DateTimeOffset? time) => time?.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    public static string Number(double value) => value.ToString("G6", CultureInfo.InvariantCulture);

    public static string Bytes(long? bytes)
    {
        if (bytes is not { } rest)
            return "";
        var unit = 0;
        double value = rest;
        while (value >= 1024 && unit < Units.Length - 1)
        {
            value /= 1024;
            unit++;
        }

        return string.Create(CultureInfo.InvariantCulture, $"{value:0.#} {Units[unit]}");
    }

    /// <summary>How long something took, in the two largest units.</summary>
    public static string Duration(TimeSpan time) => time switch
    {
        { TotalDays: >= 1 } => $"{time.Days}d {time.Hours}h",
        { TotalHours: >= 1 } => $"{time.Hours}h {time.Minutes}m",
        { TotalMinutes: >= 1 } => $"{time.Minutes}m {time.Seconds}s",
        _ => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.#}s"),
    };

    public static string? Lines(IEnumerable<string> lines) => string.Join('\n', lines) is { Length: > 0 } text ? text : null;
}
