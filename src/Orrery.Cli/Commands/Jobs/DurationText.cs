using System.Globalization;
using System.Text.RegularExpressions;

namespace Orrery.Cli;

/// <summary>Reads times as people write them: <c>30d</c>, <c>12h</c>, <c>1d12h30m</c>, <c>90s</c>.</summary>
internal static partial class DurationText
{
    public static bool TryParse(string text, out TimeSpan time)
    {
        time = TimeSpan.Zero;
        var match = Shape.Match(text);
        if (!match.Success || text.Length is 0)
            return false;
        time = TimeSpan.FromDays(Part(match, "d")) + TimeSpan.FromHours(Part(match, "h"))
            + TimeSpan.FromMinutes(Part(match, "m")) + TimeSpan.FromSeconds(Part(match, "s"));
        return true;
    }

    // Six digits of days are 2,700 years: no part can overflow.
    [GeneratedRegex(@"^((?<d>\d{1,6})d)?((?<h>\d{1,6})h)?((?<m>\d{1,6})m)?((?<s>\d{1,6})s)?\z")]
    private static partial Regex Shape { get; }

    private static int Part(Match match, string name) =>
        match.Groups[name] is { Success: true } group ? int.Parse(group.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture) : 0;
}
