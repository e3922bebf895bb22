using System.Diagnostics;
using System.Globalization;
using Orrery.Load;
using Orrery.Native;
using Orrery.Testing;

namespace Orrery.ServingBench;

/// <summary>Predictions over HTTP beside a bare Kestrel that echoes the same bodies, and beside ONNX Runtime alone.</summary>
internal static class ProtocolBench
{
    private const int Connections = 16;
    private const int Batch = 64;

    public static async Task RunAsync(TimeSpan duration)
    {
        Console.WriteLine($"{Environment.ProcessorCount} cores; {ServedModels.Features} features; ONNX Runtime {OnnxLibrary.Version}; load average {(await File.ReadAllTextAsync("/proc/loadavg")).Split(' ')[0]}\n");
        Console.WriteLine("| what | rows | connections | req/s | rows/s | p50 ms | p99 ms | server CPU us | of echo or ONNX Runtime |");
        Console.WriteLine("|---|--:|--:|--:|--:|--:|--:|--:|--:|");
        await using var server = await ServerProcess.StartAsync(["--log-level", "Error"]);
        using var echo = await Echo.StartAsync();
        foreach (var (name, onnx) in ServedModels.All)
        {
            await ServedModels.DeployAsync(server, name, onnx);
            var (v1, v2) = ($"/v1/models/{name}:predict", $"/v2/models/{name}/infer");
            Measure(server, echo, $"{name}, V2 JSON", ServedRequests.V2(v2, 1), ServedRequests.V2("/echo", 1), 1, duration);
            Measure(server, echo, $"{name}, V1 JSON", ServedRequests.V1(v1, 1), ServedRequests.V1("/echo", 1), 1, duration);
            Measure(server, echo, $"{name}, V2 binary", ServedRequests.V2Binary(v2, Batch), ServedRequests.V2Binary("/echo", Batch), Batch, duration);
            Raw(name, onnx, duration);
        }

        Console.Error.WriteLine($"{server.ResidentBytes >> 20} MB resident");
    }

    private static void Measure(ServerProcess server, Echo echo, string what, byte[][] requests, byte[][] echoes, int rows, TimeSpan duration)
    {
        RequestLoop.Run(server.Port, requests, TimeSpan.FromSeconds(2), Connections, out _);
        RequestLoop.Run(echo.Port, echoes, TimeSpan.FromSeconds(1), Connections, out _);
        var bare = RequestLoop.Run(echo.Port, echoes, duration, Connections, out _).Count / duration.TotalSeconds;
        var cpu = server.ProcessorTime;
        var full = RequestLoop.Run(server.Port, requests, duration, Connections, out _);
        var used = (server.ProcessorTime - cpu).TotalMicroseconds / full.Count;
        var rate = full.Count / duration.TotalSeconds;
        Report("echo of the same body", rows, Connections, bare, null, double.NaN, null);
        Report(what, rows, Connections, rate, full, used, rate / bare);
        cpu = server.ProcessorTime;
        var half = RequestLoop.Run(server.Port, requests, duration, 4, out _, rate / 2);
        Report(what + ", at half of that", rows, 4, half.Count / duration.TotalSeconds, half, (server.ProcessorTime - cpu).TotalMicroseconds / half.Count, null);
    }

    // The library alone, on as many threads as there are cores, with the answer read.
    private static void Raw(string name, byte[] onnx, TimeSpan duration)
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        File.WriteAllBytes(path, onnx);
        using var session = OnnxSession.Open(path);
        var counts = new long[Environment.ProcessorCount];
        var end = Stopwatch.GetTimestamp() + (long)(duration.TotalSeconds * Stopwatch.Frequency);
        long[] shape = [Batch, ServedModels.Features];
        var random = new Random(1);
        // Other rows each time, as requests have: trees are faster on rows that they have just seen.
        float[][] batches = [.. Enumerable.Range(0, 64).Select(_ => Enumerable.Range(0, Batch * ServedModels.Features).Select(_ => random.NextSingle()).ToArray())];
        var threads = Enumerable.Range(0, counts.Length).Select(number => new Thread(() =>
        {
            for (var at = number; Stopwatch.GetTimestamp() < end; at++)
            {
                using var run = session.Rent();
                batches[at % batches.Length].CopyTo(run.Input<float>(0, shape));
                run.Execute();
                _ = run.Output(0).Bytes.Length;
                counts[number]++;
            }
        })).ToArray();
        foreach (var thread in threads)
            thread.Start();
        foreach (var thread in threads)
            thread.Join();
        File.Delete(path);
        Report($"{name}, ONNX Runtime alone", Batch, counts.Length, counts.Sum() / duration.TotalSeconds, null, double.NaN, null);
    }

    private static void Report(string what, int rows, int connections, double rate, Latencies? times, double cpu, double? share) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"| {what} | {rows} | {connections} | {rate:N0} | {rate * rows:N0} | {times?.Quantile(0.5):N2} | {times?.Quantile(0.99):N2} | {(double.IsNaN(cpu) ? "" : cpu.ToString("N1", CultureInfo.InvariantCulture))} | {share:P0} |"));
}
