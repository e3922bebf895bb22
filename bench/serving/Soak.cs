using System.Diagnostics;
using System.Globalization;
using Orrery.Load;
using Orrery.Testing;

namespace Orrery.ServingBench;

/// <summary>
/// Predictions for long at a share of the peak, over V1 and V2, JSON and binary, with a canary, sticky users, a shadow and the log. Fails on an error, on a rate
/// that is not kept, and on memory that grows.
/// </summary>
internal static class Soak
{
    public const string Verb = "soak";

    private const string Name = "logistic";
    private const int Connections = 16;

    // After the first minute (of one: its first half) memory may grow by no more.
    private const double MostGrowth = 1.15;
    private const long Slack = 48L << 20;
    private const double LeastRate = 0.95;
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    /// <param name="arguments">Minutes (10), and the share of the peak (0.7).</param>
    public static async Task<int> RunAsync(string[] arguments)
    {
        var minutes = arguments.Length > 0 ? double.Parse(arguments[0], CultureInfo.InvariantCulture) : 10;
        var share = arguments.Length > 1 ? double.Parse(arguments[1], CultureInfo.InvariantCulture) : 0.7;
        await using var server = await ServerProcess.StartAsync(["--log-level", "Warning"]);
        await ServedModels.DeployAsync(server, Name, ServedModels.All[0].Onnx);
        await ServedModels.PutSpecAsync(server, Name, """
            {"variants": [{"name": "stable", "model": "logistic", "version": "1", "weight": 90}, {"name": "canary", "model": "logistic", "version": "1", "weight": 10},
              {"name": "next", "model": "logistic", "version": "1", "shadow": true, "shadow_percent": 10}],
             "sticky": {"header": "X-User-Id"}, "log": {"sample": 0.1}}
            """);
        byte[][] requests =
        [
            .. Enumerable.Zip(ServedRequests.V1($"/v1/models/{Name}:predict", 1), ServedRequests.V2($"/v2/models/{Name}/infer", 1), ServedRequests.V2Binary($"/v2/models/{Name}/infer", 16))
                .SelectMany(static three => new[] { three.First, three.Second, three.Third }),
        ];
        RequestLoop.Run(server.Port, requests, TimeSpan.FromSeconds(5), Connections, out _);
        var peak = RequestLoop.Run(server.Port, requests, TimeSpan.FromSeconds(10), Connections, out _).Count / 10.0;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{peak:N0} requests/s at most; {minutes} minutes at {share:P0} of that\n"));
        Console.WriteLine("| minute | req/s | p50 ms | p99 ms | working set MB | managed heap MB | predictions that failed | lost for the log |");
        Console.WriteLine("|--:|--:|--:|--:|--:|--:|--:|--:|");
        return await RunAsync(server, requests, peak * share, TimeSpan.FromMinutes(minutes));
    }

    private static async Task<int> RunAsync(ServerProcess server, byte[][] requests, double rate, TimeSpan duration)
    {
        var problems = new List<string>();
        var (first, last) = (0L, 0L);
        var span = duration > Minute ? Minute : duration / 2;
        for (var at = TimeSpan.Zero; at < duration && problems.Count == 0; at += span)
        {
            try
            {
                var began = Stopwatch.GetTimestamp();
                var times = RequestLoop.Run(server.Port, requests, span, Connections, out _, rate);
                // Who falls behind sends all the same, later.
                var kept = times.Count / Stopwatch.GetElapsedTime(began).TotalSeconds;
                var seen = await SeenAsync(server);
                (first, last) = (first == 0 ? seen.WorkingSet : first, seen.WorkingSet);
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"| {(at + span).TotalMinutes:0.#} | {kept:N0} | {times.Quantile(0.5):N2} | {times.Quantile(0.99):N2} | {seen.WorkingSet >> 20} | {seen.Heap >> 20} | {seen.Failed} | {seen.Lost} |"));
                if (seen.Failed > 0)
                    problems.Add($"{seen.Failed} predictions failed");
                if (kept < rate * LeastRate)
                    problems.Add(string.Create(CultureInfo.InvariantCulture, $"{rate:N0} requests a second were not kept up: the machine is busy, or the server slower than it was"));
            }
            catch (Exception refused) when (refused is InvalidOperationException or IOException or AggregateException)
            {
                problems.Add(refused.Message);
            }
        }

        if (last > (first * MostGrowth) + Slack)
            problems.Add(string.Create(CultureInfo.InvariantCulture, $"the working set grew from {first >> 20} to {last >> 20} MB"));
        Console.WriteLine(problems.Count == 0 ? $"\nNo errors; the working set stayed within {MostGrowth - 1:P0} and {Slack >> 20} MB." : $"\nFAILED: {string.Join("; ", problems)}.");
        return problems.Count == 0 ? 0 : 1;
    }

    private static async Task<(long WorkingSet, long Heap, long Failed, long Lost)> SeenAsync(ServerProcess server)
    {
        var page = (await server.Client.GetStringAsync("/metrics")).Split('\n');
        long Sum(Func<string, bool> wanted) => (long)page.Where(wanted).Sum(static line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));
        bool Is(string line, string name) => line.StartsWith(name, StringComparison.Ordinal);
        return (
            server.ResidentBytes,
            Sum(line => Is(line, "dotnet_gc_last_collection_heap_size_bytes")),
            Sum(line => Is(line, "model_predictions_total") && !line.Contains("outcome=\"ok\"", StringComparison.Ordinal)),
            Sum(line => Is(line, "orrery_serving_prediction_log_lost_total")));
    }
}
