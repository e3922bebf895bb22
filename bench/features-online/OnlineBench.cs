using System.Diagnostics;
using System.Globalization;
using Orrery.Load;
using Orrery.Testing;

namespace Orrery.FeaturesOnlineBench;

/// <summary>Reads 50 features of 5 views in a closed loop, from the store in process and from Redis, beside a bare Kestrel with as many bytes.</summary>
internal static class OnlineBench
{
    private const int Connections = 16;

    // Requests a second at batch 1 that the store is to take without strain.
    private const double Rate = 10_000;
    private static readonly int[] Batches = [1, 100];

    public static async Task RunAsync(TimeSpan duration, int keys)
    {
        var bytes = new Dictionary<int, int>();
        Console.WriteLine($"{Environment.ProcessorCount} cores; {OnlineData.Views} views of {OnlineData.Features} features, {keys:N0} customers; load average {(await File.ReadAllTextAsync("/proc/loadavg")).Split(' ')[0]}\n");
        Console.WriteLine("| what | batch | connections | req/s | p50 ms | p99 ms | server: p99 at most ms | server CPU us | bytes |");
        Console.WriteLine("|---|--:|--:|--:|--:|--:|--:|--:|--:|");
        await using (var server = await StartAsync([]))
            await MeasureAsync("embedded", server, duration, keys, bytes);
        await using (var redis = await RedisServer.StartAsync())
        await using (var server = await StartAsync(["--redis", redis.Address]))
            await MeasureAsync("Redis", server, duration, keys, bytes);
        await MeasureKestrelAsync(duration, bytes);
    }

    private static Task<ServerProcess> StartAsync(string[] arguments) => ServerProcess.StartAsync(["--log-level", "Error", .. arguments]);

    private static async Task MeasureAsync(string name, ServerProcess server, TimeSpan duration, int keys, Dictionary<int, int> bytes)
    {
        await OnlineData.DefineAsync(server);
        var filled = OnlineData.Fill(server.Port, keys);
        foreach (var batch in Batches)
        {
            var requests = OnlineData.Requests(batch == 1 ? 2_000 : 200, batch, keys);
            RequestLoop.Run(server.Port, requests, TimeSpan.FromSeconds(3), Connections, out _);
            foreach (var (connections, rate) in new (int, double?)[] { (1, null), (4, null), (Connections, null), (4, batch == 1 ? Rate : Rate / 20) })
            {
                var before = await ServerTimes.ReadAsync(server);
                var cpu = server.ProcessorTime;
                var latencies = RequestLoop.Run(server.Port, requests, duration, connections, out var size, rate);
                bytes[batch] = size;
                var used = (server.ProcessorTime - cpu).TotalMicroseconds / latencies.Count;
                Report(rate is null ? name : name + ", at a fixed rate", batch, connections, latencies, duration, (await ServerTimes.ReadAsync(server)).Bound(before, 0.99), used, size);
            }
        }

        Console.Error.WriteLine($"{name}: filled at {filled:N0} rows/s over HTTP; {server.ResidentBytes >> 20} MB resident");
    }

    private static async Task MeasureKestrelAsync(TimeSpan duration, Dictionary<int, int> bytes)
    {
        string[] self = Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? [typeof(OnlineBench).Assembly.Location] : [];
        using var child = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, [.. self, BareKestrel.Verb]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        try
        {
            var port = int.Parse((await child.StandardOutput.ReadLineAsync())!, CultureInfo.InvariantCulture);
            foreach (var (batch, size) in bytes.OrderBy(static one => one.Key))
            {
                byte[][] requests = [HttpBytes.Get(string.Create(CultureInfo.InvariantCulture, $"/{size}"))];
                RequestLoop.Run(port, requests, TimeSpan.FromSeconds(1), Connections, out _);
                var cpu = child.TotalProcessorTime;
                var latencies = RequestLoop.Run(port, requests, duration, Connections, out _);
                child.Refresh();
                Report("bare Kestrel", batch, Connections, latencies, duration, double.NaN, (child.TotalProcessorTime - cpu).TotalMicroseconds / latencies.Count, size);
            }
        }
        finally
        {
            child.StandardInput.Close();
            await child.WaitForExitAsync();
        }
    }

    private static void Report(string name, int batch, int connections, Latencies latencies, TimeSpan duration, double server, double cpu, int size) =>
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {name} | {batch} | {connections} | {latencies.Count / duration.TotalSeconds:N0} | {latencies.Quantile(0.5):N2} | {latencies.Quantile(0.99):N2} | {server} | {cpu:N0} | {size:N0} |"));
}
