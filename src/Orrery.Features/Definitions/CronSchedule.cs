using Quartz;

namespace Orrery.Features;

/// <summary>Cron expressions of five fields (minute, hour, day of month, month, day of week), in UTC.</summary>
internal static class CronSchedule
{
    private const int Longest = 200;

    /// <summary>Reads one.</summary>
    /// <param name="text">As people write it: <c>0 * * * *</c>; Sunday is 0 or 7.</param>
    /// <param name="cron">What tells the next time.</param>
    /// <returns>Why it is none; null when it is.</returns>
    public static string? Read(string text, out CronExpression? cron)
    {
        cron = null;
        if (text.Length > Longest || text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length != 5)
            return $"is '{DefinitionNames.Clip(text)}'; a cron expression has five fields, as '0 * * * *' for every full hour";
        try
        {
            cron = CronExpression.Parse(text, CronFormat.Unix).WithTimeZone(TimeZoneInfo.Utc);
            return null;
        }
        catch (FormatException e)
        {
            return $"is '{DefinitionNames.Clip(text)}', which is no cron expression of five fields: {e.Message}";
        }
    }
}
