using System.Globalization;

namespace Orrery.Load;

/// <summary>Resident memory of a process, from /proc/PID/status.</summary>
internal static class ProcessMemory
{
    /// <summary>Bytes resident now (VmRSS).</summary>
    public static long Resident(int id) => Field(id, "VmRSS:");

    /// <summary>The most bytes that were ever resident since the start or the last <see cref="ForgetPeak"/> (VmHWM).</summary>
    public static long Peak(int id) => Field(id, "VmHWM:");

    /// <summary>Begins a new account of the peak (proc(5): 5 to clear_refs).</summary>
    public static void ForgetPeak(int id) => File.WriteAllText($"/proc/{id}/clear_refs", "5");

    private static long Field(int id, string name)
    {
        var line = File.ReadLines($"/proc/{id}/status").First(l => l.StartsWith(name, StringComparison.Ordinal));
        return 1024 * long.Parse(line[name.Length..].Replace("kB", "", StringComparison.Ordinal).Trim(), CultureInfo.InvariantCulture);
    }
}
