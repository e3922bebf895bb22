using System.Globalization;

namespace Orrery.Features;

/// <summary>Moments as microseconds since 1970 UTC.</summary>
internal static class Moments
{
    private static readonly long Least = Of(DateTimeOffset.MinValue);
    private static readonly long Most = Of(DateTimeOffset.MaxValue);

    public static long Of(DateTimeOffset moment) => (moment.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) / TimeSpan.TicksPerMicrosecond;

    /// <summary>Null beyond the years 1 to 9999.</summary>
    public static DateTimeOffset? ToMoment(long micros) =>
        micros < Least || micros > Most ? null : DateTimeOffset.UnixEpoch.AddTicks(micros * TimeSpan.TicksPerMicrosecond);

    /// <summary>As SQL writes a timestamp without zone; null beyond the years 1 to 9999.</summary>
    public static string? Text(long micros) => ToMoment(micros)?.ToString("yyyy-MM-dd HH:mm:ss.ffffff", CultureInfo.InvariantCulture);
}
