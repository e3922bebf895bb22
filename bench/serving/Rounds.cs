using System.Globalization;
using Orrery.Load;
using Orrery.Testing;

namespace Orrery.ServingBench;

/// <summary>Two things measured in turns, so that both see the same machine: its speed changes with what else runs on the host.</summary>
internal static class Rounds
{
    public const int Connections = 16;
    private const int Count = 5;

    // Until the runtime has compiled what is hot for the second time.
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(8);

    public delegate Latencies Load(TimeSpan duration);

    /// <summary>Measures both, and gives the requests per second of each and the last round of the second.</summary>
    /// <param name="limit">The first.</param>
    /// <param name="measured">The second.</param>
    /// <param name="server">Whose processor time is told, per request of the second.</param>
    /// <param name="duration">Of each.</param>
    public static (double Limit, double Rate, Latencies Times, double Processor) Run(Load limit, Load measured, ServerProcess server, TimeSpan duration)
    {
        measured(WarmUp);
        limit(WarmUp / 2);
        var (bare, rate, processor) = (0.0, 0.0, 0.0);
        Latencies? times = null;
        for (var round = 0; round < Count; round++)
        {
            bare += limit(duration / Count).Count / duration.TotalSeconds;
            var before = server.ProcessorTime;
            times = measured(duration / Count);
            processor += (server.ProcessorTime - before).TotalMicroseconds / times.Count / Count;
            rate += times.Count / duration.TotalSeconds;
        }

        return (bare, rate, times!, processor);
    }

    public static Load Http(int port, byte[][] requests) => duration => RequestLoop.Run(port, requests, duration, Connections, out _);

    public static void Head(string ofWhat)
    {
        Console.WriteLine($"| what | rows | req/s | rows/s | p50 ms | p99 ms | server CPU us | {ofWhat} |");
        Console.WriteLine("|---|--:|--:|--:|--:|--:|--:|--:|");
    }

    public static void Report(string what, int rows, double rate, Latencies? times = null, double? cpu = null, double? share = null) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"| {what} | {rows} | {rate:N0} | {rate * rows:N0} | {times?.Quantile(0.5):N2} | {times?.Quantile(0.99):N2} | {cpu:N1} | {share:P0} |"));
}
