using System.Globalization;
using System.Runtime.InteropServices;

namespace Orrery.Load;

/// <summary>The machine in one line, and how busy it was.</summary>
internal static class Machine
{
    public static string Describe(string dataFolder)
    {
        var model = File.ReadLines("/proc/cpuinfo").FirstOrDefault(static l => l.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim();
        var memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (double)(1 << 30);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Environment.ProcessorCount} cores ({model ?? RuntimeInformation.ProcessArchitecture.ToString()}), {memory:0} GiB, {RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}; data on {FileSystemOf(dataFolder)}. Client and server share the cores. {Load()}");
    }

    /// <summary>Processes that wanted to run, on average: more than the cores can serve says that the numbers are not the server's own.</summary>
    public static string Load() => $"Load average: {string.Join(' ', File.ReadAllText("/proc/loadavg").Split(' ')[..3])}.";

    private static string FileSystemOf(string folder)
    {
        var drive = DriveInfo.GetDrives()
            .Where(d => folder.StartsWith(d.Name, StringComparison.Ordinal))
            .MaxBy(static d => d.Name.Length);
        return drive is null ? "an unknown file system" : drive.DriveFormat;
    }
}
