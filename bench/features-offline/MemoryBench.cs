using System.Globalization;

namespace Orrery.FeaturesOfflineBench;

/// <summary>The join of three views with less memory than its tables need: what does not fit goes to disk.</summary>
internal static class MemoryBench
{
    public static async Task RunAsync(FlightData data)
    {
        Console.WriteLine("\n## The same join with little memory\n\n| engine's memory, MB | s |\n|--:|--:|");
        foreach (var memory in new[] { 2048, 256, 128 })
        {
            var seconds = await JoinBench.OursAsync(data, ["departures:delay", "arrivals:delay", "lengths:distance"], memory);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {memory} | {seconds:N2} |"));
        }
    }
}
