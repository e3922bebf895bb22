using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Orrery.Load;

/// <summary>The clock of <see cref="Stopwatch"/> (nanoseconds of CLOCK_MONOTONIC), and a sleep on it that is exact to some 60 microseconds.</summary>
internal static class Monotonic
{
    private const int ClockMonotonic = 1;
    private const int AbsoluteTime = 1;
    private const int Interrupted = 4;
    private const long NanosecondsPerSecond = 1_000_000_000;

    public static long Now => Stopwatch.GetTimestamp();

    public static long Ticks(TimeSpan duration) => (long)(duration.TotalSeconds * Stopwatch.Frequency);

    /// <summary>Returns at once when the time is past.</summary>
    public static void SleepUntil(long timestamp)
    {
        var nanoseconds = (long)(timestamp * ((double)NanosecondsPerSecond / Stopwatch.Frequency));
        if (Stopwatch.Frequency == NanosecondsPerSecond)
            nanoseconds = timestamp;
        var until = new TimeSpec((nint)(nanoseconds / NanosecondsPerSecond), (nint)(nanoseconds % NanosecondsPerSecond));
        int error;
        while ((error = ClockNanosleep(ClockMonotonic, AbsoluteTime, until, 0)) == Interrupted)
        {
        }

        if (error != 0)
            throw new Win32Exception(error);
    }

    [DllImport("libc", EntryPoint = "clock_nanosleep")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int ClockNanosleep(int clock, int flags, in TimeSpec until, nint remaining);

    private readonly record struct TimeSpec(nint Seconds, nint Nanoseconds);
}
