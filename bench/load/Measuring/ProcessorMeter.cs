using System.Globalization;

namespace Orrery.Load;

/// <summary>
/// Reads processor time from /proc/PID/stat, in the kernel's ticks of 10 ms. PostgreSQL is its postmaster and the processes that
/// it forked; those that ended are in the postmaster's account of its children.
/// </summary>
/// <param name="server">Process id of the server.</param>
/// <param name="postmaster">Process id of PostgreSQL's first process; null without.</param>
internal sealed class ProcessorMeter(int server, int? postmaster)
{
    // Fields of /proc/PID/stat, counted from the one behind the command's name (proc(5): field 3, the state).
    private const int Parent = 1;
    private const int UserTime = 11;
    private const int SystemTime = 12;
    private const int ChildrenUserTime = 13;
    private const int ChildrenSystemTime = 14;
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(10);

    public ProcessorUse Read() => new(Own(server), postmaster is { } first ? Family(first) : TimeSpan.Zero, Environment.CpuUsage.TotalTime);

    /// <summary>The postmaster that listens on this port.</summary>
    public static int PostmasterOn(int port)
    {
        var argument = string.Create(CultureInfo.InvariantCulture, $"\0-p\0{port}\0");
        foreach (var id in ProcessIds())
        {
            var command = TryRead($"/proc/{id}/cmdline");
            if (command is not null && command.Contains("/postgres\0", StringComparison.Ordinal) && command.Contains(argument, StringComparison.Ordinal))
                return id;
        }

        throw new InvalidOperationException($"No PostgreSQL was started with -p {port}.");
    }

    private static TimeSpan Own(int id) => Sum(Stat(id), UserTime, SystemTime);

    private static TimeSpan Family(int first)
    {
        var total = Sum(Stat(first), UserTime, SystemTime, ChildrenUserTime, ChildrenSystemTime);
        var parent = first.ToString(CultureInfo.InvariantCulture);
        foreach (var id in ProcessIds())
        {
            if (TryStat(id) is { } stat && stat[Parent] == parent)
                total += Sum(stat, UserTime, SystemTime);
        }

        return total;
    }

    private static TimeSpan Sum(string[] stat, params ReadOnlySpan<int> fields)
    {
        var ticks = 0L;
        foreach (var field in fields)
            ticks += long.Parse(stat[field], CultureInfo.InvariantCulture);
        return ticks * Tick;
    }

    private static string[] Stat(int id) => TryStat(id) ?? throw new InvalidOperationException($"Process {id} is gone.");

    private static string[]? TryStat(int id) => TryRead($"/proc/{id}/stat") is { } text ? text[(text.LastIndexOf(')') + 2)..].Split(' ') : null;

    private static IEnumerable<int> ProcessIds()
    {
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var id))
                yield return id;
        }
    }

    // A process may end between the listing and the reading.
    private static string? TryRead(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (IOException)
        {
            return null;
        }
    }
}
