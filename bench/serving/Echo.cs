using System.Diagnostics;
using System.Globalization;
using Orrery.Load;

namespace Orrery.ServingBench;

/// <summary>A bare Kestrel in a process of its own.</summary>
internal sealed class Echo : IDisposable
{
    private readonly Process _process;

    private Echo(Process process, int port, int grpcPort) => (_process, Port, GrpcPort) = (process, port, grpcPort);

    public int Port { get; }

    /// <summary>Where it speaks HTTP/2.</summary>
    public int GrpcPort { get; }

    public static async Task<Echo> StartAsync()
    {
        string[] self = Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? [typeof(Echo).Assembly.Location] : [];
        var process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, [.. self, BareKestrel.Verb]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        return new(process, await ReadAsync(process), await ReadAsync(process));

        static async Task<int> ReadAsync(Process process) => int.Parse((await process.StandardOutput.ReadLineAsync())!, CultureInfo.InvariantCulture);
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }
}
