using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Orrery.Load;
using Orrery.Native;
using Orrery.Testing;

namespace Orrery.ServingBench;

/// <summary>Predictions over HTTP and gRPC beside a bare Kestrel that echoes the same bodies, and beside ONNX Runtime alone.</summary>
internal static class ProtocolBench
{
    private const int Batch = 64;

    public static async Task RunAsync(TimeSpan duration)
    {
        var grpc = FreePort();
        await using var server = await ServerProcess.StartAsync(["--log-level", "Error", "--grpc-urls", $"http://127.0.0.1:{grpc}"]);
        using var echo = await Echo.StartAsync();
        Rounds.Head("of the limit");
        foreach (var (name, onnx) in ServedModels.All)
        {
            await ServedModels.DeployAsync(server, name, onnx);
            var (v1, v2) = ($"/v1/models/{name}:predict", $"/v2/models/{name}/infer");
            Measure(server, echo, $"{name}, V2 JSON", ServedRequests.V2(v2, 1), ServedRequests.V2("/echo", 1), 1, null, duration);
            Measure(server, echo, $"{name}, V1 JSON", ServedRequests.V1(v1, 1), ServedRequests.V1("/echo", 1), 1, null, duration);
            var alone = Alone(name, onnx, duration);
            Measure(server, echo, $"{name}, V2 binary", ServedRequests.V2Binary(v2, Batch), ServedRequests.V2Binary("/echo", Batch), Batch, alone, duration);
            MeasureGrpc(server, grpc, echo, name, 1, duration);
            MeasureGrpc(server, grpc, echo, name, Batch, duration);
        }

        Console.WriteLine($"\n{server.ResidentBytes >> 20} MB resident");
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static void Measure(ServerProcess server, Echo echo, string what, byte[][] requests, byte[][] echoes, int rows, double? alone, TimeSpan duration)
    {
        var (bare, rate, times, processor) = Rounds.Run(Rounds.Http(echo.Port, echoes), Rounds.Http(server.Port, requests), server, duration);
        Rounds.Report("echo of the same body", rows, bare);
        Rounds.Report(what, rows, rate, times, processor, rate / bare);
        if (alone is { } limit)
            Rounds.Report($"{what}, beside ONNX Runtime alone", rows, rate, share: rate / limit);
        var before = server.ProcessorTime;
        var half = RequestLoop.Run(server.Port, requests, duration, 4, out _, rate / 2);
        Rounds.Report($"{what}, at half of that", rows, half.Count / duration.TotalSeconds, half, (server.ProcessorTime - before).TotalMicroseconds / half.Count);
    }

    private static void MeasureGrpc(ServerProcess server, int port, Echo echo, string model, int rows, TimeSpan duration)
    {
        var (bare, rate, times, processor) = Rounds.Run(
            elapsed => GrpcLoop.Run(echo.GrpcPort, model, rows, elapsed), elapsed => GrpcLoop.Run(port, model, rows, elapsed), server, duration);
        Rounds.Report("echo of the same message over HTTP/2", rows, bare);
        Rounds.Report($"{model}, gRPC", rows, rate, times, processor, rate / bare);
    }

    // The library alone, on as many threads as there are cores, with the answer read; batches a second.
    private static double Alone(string name, byte[] onnx, TimeSpan duration)
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
        var rate = counts.Sum() / duration.TotalSeconds;
        Rounds.Report($"{name}, ONNX Runtime alone", Batch, rate);
        return rate;
    }
}
