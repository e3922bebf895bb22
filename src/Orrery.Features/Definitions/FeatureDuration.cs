using System.Globalization;

namespace Orrery.Features;

/// <summary>Lengths of time as definitions write them: <c>30d</c>, <c>1d 6h</c>, <c>90m</c>, <c>15s</c>.</summary>
internal static class FeatureDuration
{
    /// <summary>The longest: a hundred years.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(36_525);

    private const string Units = "wdhms";

    /// <summary>Reads one.</summary>
    /// <param name="text">Numbers, each with one of <c>w d h m s</c>, from the greatest unit to the least.</param>
    /// <param name="duration">What it says.</param>
    /// <returns>Why it is none; null when it is.</returns>
    public static string? Read(string text, out TimeSpan duration)
    {
        duration = TimeSpan.Zero;
        var (at, last) = (0, -1);
        var rest = text.Trim();
        while (at < rest.Length)
        {
            var digits = at;
            while (digits < rest.Length && char.IsAsciiDigit(rest[digits]))
                digits++;
            var unit = digits < rest.Length ? Units.IndexOf(rest[digits], StringComparison.Ordinal) : -1;
            if (digits == at || digits - at > 10 || unit <= last)
                return Wrong(text);
            var amount = long.Parse(rest.AsSpan(at, digits - at), NumberStyles.None, CultureInfo.InvariantCulture);
            if (amount > Longest.Ticks / Length(unit).Ticks || (duration += TimeSpan.FromTicks(Length(unit).Ticks * amount)) > Longest)
                return $"is '{DefinitionNames.Clip(text)}', longer than {Longest.TotalDays.ToString(CultureInfo.InvariantCulture)} days";
            (at, last) = (digits + 1, unit);
            while (at < rest.Length && rest[at] == ' ')
                at++;
        }

        return last < 0 ? Wrong(text) : duration == TimeSpan.Zero ? $"is '{DefinitionNames.Clip(text)}'; it must be longer than nothing, or left out" : null;
    }

    /// <summary>Writes one as it is read: <c>1d 6h</c>.</summary>
    public static string Write(TimeSpan duration)
    {
        var parts = new List<string>();
        foreach (var (amount, unit) in new[] { (duration.Days, 'd'), (duration.Hours, 'h'), (duration.Minutes, 'm'), (duration.Seconds, 's') })
        {
            if (amount > 0)
                parts.Add(string.Create(CultureInfo.InvariantCulture, $"{amount}{unit}"));
        }

        return parts.Count == 0 ? "0s" : string.Join(' ', parts);
    }

    private static TimeSpan Length(int unit) => unit switch
    {
        0 => TimeSpan.FromDays(7),
        1 => TimeSpan.FromDays(1),
        2 => TimeSpan.FromHours(1),
        3 => TimeSpan.FromMinutes(1),
        _ => TimeSpan.FromSeconds(1),
    };

    private static string Wrong(string text) => $"is '{DefinitionNames.Clip(text)}', which is no length of time; write it as 30d, 1d 6h, 90m or 15s";
}
