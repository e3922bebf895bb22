using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Orrery.Server;

/// <summary>The process under the names that Prometheus client libraries give it, and which build this is. Meter <c>Orrery.Server</c>.</summary>
internal sealed class ProcessMetrics : IDisposable
{
    private readonly Meter _meter;
    private readonly Process _process = Process.GetCurrentProcess();

    public ProcessMetrics(IMeterFactory factory)
    {
        _meter = factory.Create("Orrery.Server");
        var started = new DateTimeOffset(_process.StartTime).ToUnixTimeMilliseconds() / 1000.0;
        _meter.CreateObservableGauge("process.start_time", () => started, "s", "Start of the process, seconds since 1970.");
        _meter.CreateObservableCounter("process.cpu", () => Fresh().TotalProcessorTime.TotalSeconds, "s", "Processor time used, user and system.");
        _meter.CreateObservableGauge("process.resident_memory", () => Fresh().WorkingSet64, "By", "Memory resident.");
        _meter.CreateObservableGauge("process.virtual_memory", () => Fresh().VirtualMemorySize64, "By", "Memory mapped.");
        if (OperatingSystem.IsLinux())
            _meter.CreateObservableGauge("process.open_fds", OpenFiles, description: "File descriptors open.");
        _meter.CreateObservableGauge(
            "orrery.build.info", () => new Measurement<int>(1, [new("version", Product.Version), new("commit", Product.Commit)]), description: "Always 1; labels say which build this is.");
    }

    public void Dispose()
    {
        _meter.Dispose();
        _process.Dispose();
    }

    private static int OpenFiles() => Directory.EnumerateFileSystemEntries("/proc/self/fd").Count();

    private Process Fresh()
    {
        _process.Refresh();
        return _process;
    }
}
