using System.Diagnostics;
using System.Globalization;

namespace Orrery.LineageBench;

/// <summary>Processor time of this process and of the one that answers it: it does not depend on what else the machine does.</summary>
/// <param name="backend">Id of the other process; null for none.</param>
internal sealed class ProcessorClock(long? backend)
{
    // Of Linux on every machine that .NET runs on.
    private const double TicksPerSecond = 100;

    /// <summary>The time used until now.</summary>
    public TimeSpan Now()
    {
        using var own = Process.GetCurrentProcess();
        return own.TotalProcessorTime + Other();
    }

    private TimeSpan Other()
    {
        if (backend is not { } id)
            return TimeSpan.Zero;
        var stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{id}/stat"));
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        var ticks = long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture);
        return TimeSpan.FromSeconds(ticks / TicksPerSecond);
    }
}
