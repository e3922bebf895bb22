namespace Orrery.Native;

/// <summary>DuckDB's times in .NET's types and back. What .NET cannot hold (infinity, years beyond 9999) becomes the nearest that it can.</summary>
internal static class Times
{
    private const int EpochDay = 719_162;
    private const long NanosPerTick = 100;
    private static readonly long LastDay = DateOnly.MaxValue.DayNumber;

    public static DateTime FromTicksSinceEpoch(Int128 ticks)
    {
        var all = ticks + DateTime.UnixEpoch.Ticks;
        if (all < 0)
            return DateTime.MinValue;
        return all > DateTime.MaxValue.Ticks ? DateTime.MaxValue : new((long)all);
    }

    public static DateTime FromMicros(long micros) => FromTicksSinceEpoch((Int128)micros * TimeSpan.TicksPerMicrosecond);

    public static DateTime FromNanos(long nanos) => nanos switch
    {
        long.MaxValue => DateTime.MaxValue,
        -long.MaxValue => DateTime.MinValue,
        _ => FromTicksSinceEpoch(Floor(nanos, NanosPerTick)),
    };

    public static DateOnly FromDays(int days) => DateOnly.FromDayNumber((int)Math.Clamp((long)days + EpochDay, 0L, LastDay));

    /// <summary>24:00 becomes the last tick of the day.</summary>
    public static TimeOnly TimeFromTicks(long ticks) => new(Math.Min(ticks, TimeOnly.MaxValue.Ticks));

    public static TimeOnly TimeFromMicros(long micros) => TimeFromTicks(micros * TimeSpan.TicksPerMicrosecond);

    /// <summary>The upper 40 bits are microseconds, the lower 24 how far the offset is below its greatest.</summary>
    public static DuckTimeTz TimeTzFromBits(ulong bits)
    {
        const int GreatestOffset = (16 * 60 * 60) - 1;
        return new(TimeFromMicros((long)(bits >> 24)), TimeSpan.FromSeconds(GreatestOffset - (int)(bits & 0xFFFFFF)));
    }

    public static long Micros(DateTime time) => Floor(time.Ticks - DateTime.UnixEpoch.Ticks, TimeSpan.TicksPerMicrosecond);

    public static long Micros(DateTimeOffset time) => Micros(time.UtcDateTime);

    public static long Micros(TimeOnly time) => time.Ticks / TimeSpan.TicksPerMicrosecond;

    public static int Days(DateOnly date) => date.DayNumber - EpochDay;

    private static long Floor(long value, long unit) => (value / unit) - (value % unit < 0 ? 1 : 0);
}
