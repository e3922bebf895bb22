using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Orrery.Features;
using Orrery.Kernel;

namespace Orrery.FeaturesOfflineBench;

/// <summary>How long the store in process takes to open with 1,000,000 rows of ten float64: from its log alone, and from a snapshot.</summary>
internal static class RecoveryBench
{
    public const string Verb = "recovery";
    private const int Rows = 1_000_000;
    private const long Memory = 4L << 30;

    private static readonly OnlineTable Table = new(new WorkspaceId(1), "default", "view", 1);

    public static async Task RunAsync(string folder)
    {
        var path = Path.Combine(folder, "recovery");
        if (Directory.Exists(path))
            Directory.Delete(path, recursive: true);
        using var metrics = new FeatureMetrics();
        await using (var store = Open(path, metrics))
        {
            var layout = new RowLayout([.. Enumerable.Repeat(new FeatureType(FeatureKind.Float64, IsList: false), 10)]);
            var random = new Random(1);
            for (var from = 0; from < Rows; from += 10_000)
            {
                var writes = Enumerable.Range(from, 10_000).Select(row => new OnlineWrite(
                    BitConverter.GetBytes((long)row), new OnlineRow(row, long.MinValue, RowCodec.Encode(layout, [.. Enumerable.Range(0, 10).Select(_ => FeatureValue.Float64(random.NextDouble()))])))).ToList();
                if ((await store.WriteAsync(Table, writes, EqualTimes.Replace, CancellationToken.None)).Failure is { } failure)
                    throw new InvalidOperationException(failure.Message);
            }
        }

        Console.WriteLine("\n## Opening the store in process with 1,000,000 rows of ten float64\n\n| read from | rows | s |\n|---|--:|--:|");
        await using (var store = Open(path, metrics))
        {
            Tell("log", store);
            await store.RewriteAsync(CancellationToken.None);
        }

        await using var again = Open(path, metrics);
        Tell("snapshot", again);
    }

    private static MemoryOnlineStore Open(string path, FeatureMetrics metrics) => MemoryOnlineStore.Open(path, Memory, rotation: long.MaxValue, metrics, NullLogger.Instance).Value;

    private static void Tell(string from, MemoryOnlineStore store) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {from} | {store.Opened.Rows:N0} | {store.Opened.Took.TotalSeconds:N2} |"));
}
