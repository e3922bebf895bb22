using System.Globalization;
using System.Text.RegularExpressions;

namespace Orrery.Server;

/// <summary>Settings as people write them: <c>64MiB</c>, <c>30s</c>, <c>true</c>, <c>a;b</c>.</summary>
internal static partial class SettingText
{
    /// <summary>Reads a value of a type that an options class may use.</summary>
    /// <returns>The value, or what would have been right.</returns>
    public static (object? Value, string? Expected) Parse(string text, Type type)
    {
        if (type == typeof(string))
            return (text, null);
        if (type == typeof(string[]))
            return (Split(text), null);
        if (type == typeof(bool))
            return bool.TryParse(text, out var flag) ? (flag, null) : (null, "true or false");
        if (type == typeof(int))
            return int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) ? (whole, null) : (null, "a whole number");
        if (type == typeof(double))
            return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? (number, null) : (null, "a number");
        if (type == typeof(long))
            return Size(text) is { } size ? (size, null) : (null, "a number of bytes, such as 65536, 64KiB or 1GiB");
        if (type == typeof(TimeSpan))
            return Duration(text) is { } duration ? (duration, null) : (null, "a duration, such as 500ms, 30s, 5min, 1h or 00:00:30");
        if (type.IsEnum)
            return Enum.TryParse(type, text, ignoreCase: true, out var named) && Enum.IsDefined(type, named)
                ? (named, null)
                : (null, "one of " + string.Join(", ", Enum.GetNames(type)));
        throw new NotSupportedException($"Settings cannot be of type {type.Name}.");
    }

    public static string[] Split(string text) =>
        text.Split([';', ','], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static long? Size(string text)
    {
        if (SizePattern().Match(text) is not { Success: true } match || !long.TryParse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture, out var number))
            return null;
        var shift = match.Groups[2].Value.ToUpperInvariant() switch
        {
            "K" => 10,
            "M" => 20,
            "G" => 30,
            "T" => 40,
            _ => 0,
        };
        return number <= long.MaxValue >> shift ? number << shift : null;
    }

    private static TimeSpan? Duration(string text)
    {
        // A bare number would be days to TimeSpan and seconds to people: refuse it.
        if (text.Contains(':', StringComparison.Ordinal))
            return TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var span) ? span : null;
        if (DurationPattern().Match(text) is not { Success: true } match
            || !double.TryParse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture, out var number)
            || number > TimeSpan.MaxValue.TotalDays)
            return null;
        return match.Groups[2].Value.ToUpperInvariant() switch
        {
            "MS" => TimeSpan.FromMilliseconds(number),
            "S" => TimeSpan.FromSeconds(number),
            "M" or "MIN" => TimeSpan.FromMinutes(number),
            "H" => TimeSpan.FromHours(number),
            _ => TimeSpan.FromDays(number),
        };
    }

    [GeneratedRegex(@"^(\d+) ?(?:([KMGT])i?)?B?$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex SizePattern();

    [GeneratedRegex(@"^(\d+(?:\.\d+)?) ?(ms|s|m|min|h|d)$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex DurationPattern();
}
