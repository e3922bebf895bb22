using System.Globalization;

namespace Orrery.Features;

/// <summary>Durations as definitions write them: <c>30d</c>, <c>12h</c>, <c>1d 6h</c>, <c>90m</c>, <c>45s</c>, <c>500ms</c>, <c>2w</c>.</summary>
internal static class Durations
{
    /// <summary>Reads a duration above zero and up to 100 years.</summary>
    public static bool TryParse(string? text, out TimeSpan duration)
    {
        duration = default;
        var rest = (text ?? "").AsSpan().Trim();
        if (rest.IsEmpty)
            return false;
        decimal seconds = 0;
        while (!rest.IsEmpty)
        {
            var digits = rest.IndexOfAnyExceptInRange('0', '9');
            if (digits is <= 0 or > 9)
                return false;
            var count = long.Parse(rest[..digits], NumberStyles.None, CultureInfo.InvariantCulture);
            rest = rest[digits..].TrimStart();
            var letters = 0;
            while (letters < rest.Length && char.IsAsciiLetter(rest[letters]))
                letters++;
            if (SecondsOf(rest[..letters]) is not { } unit)
                return false;
            seconds += count * unit;
            rest = rest[letters..].TrimStart();
        }

        if (seconds is <= 0 or > 100m * 366 * 86_400)
            return false;
        duration = TimeSpan.FromTicks((long)(seconds * TimeSpan.TicksPerSecond));
        return true;
    }

    private static decimal? SecondsOf(ReadOnlySpan<char> unit) => unit switch
    {
        "ms" => 0.001m,
        "s" => 1,
        "m" or "min" => 60,
        "h" => 3_600,
        "d" => 86_400,
        "w" => 604_800,
        _ => null,
    };
}
