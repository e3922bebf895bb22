using System.Globalization;

namespace Orrery.Cli;

/// <summary>How verbs of the registers read times.</summary>
internal static class RegisterArguments
{
    /// <summary>Unix milliseconds of a time such as <c>2026-11-21</c> or <c>2026-11-21T10:00:00Z</c>; null for none.</summary>
    public static long? Time(string? text, string option)
    {
        if (text is null)
            return null;
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time.ToUnixTimeMilliseconds()
            : throw new UsageException($"'{text}' is not a time, as {option} needs it: 2026-11-21 or 2026-11-21T10:00:00Z.");
    }
}
