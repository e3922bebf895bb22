using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Orrery.Features;

namespace Orrery.FeaturesOfflineBench;

/// <summary>Bringing 3,000,000 rows of as many keys into the store in process, durable: read, newest of each key, encoded, logged, flushed.</summary>
internal static class MaterializationBench
{
    public static async Task RunAsync(FlightData data)
    {
        var project = data.Project();
        var view = project.Views["single"];
        var options = data.Options(2048);
        var folders = new FeatureFolders(Path.Combine(data.Folder, "features"));
        if (Directory.Exists(folders.Online))
            Directory.Delete(folders.Online, recursive: true);
        using var metrics = new FeatureMetrics();
        await using var store = MemoryOnlineStore.Open(folders.Online, 4L << 30, 64 << 20, metrics, NullLogger.Instance).Value;
        using var engines = new DuckEngines(options, folders);
        using var lease = (await engines.LeaseAsync(project.Workspace, CancellationToken.None)).Value;
        var files = new SourceFiles(options, null!, new FileCache(folders, null!, TimeProvider.System));
        var relation = (await new DuckRelations(lease, project, files, null!).OfAsync(view.Source, CancellationToken.None)).Value;
        var rows = new DuckNewestRows(lease, relation, view, keeps: null);
        var part = new MaterializationPart(TimeBounds.None);
        var watch = Stopwatch.StartNew();
        var extent = (await rows.ExtentAsync(part, CancellationToken.None)).Value;
        var cuts = (await rows.CutsAsync(part, 3, CancellationToken.None)).Value;
        var pump = new RowPump(store, OnlineTable.Of(project, view), view);
        var moved = 0L;
        long? from = null;
        foreach (var cut in cuts.Append(long.MaxValue))
        {
            var select = (await rows.SelectAsync(new(new(from, cut)), CancellationToken.None)).Value;
            moved += (await pump.RunAsync(lease.Connection, select, static _ => { }, CancellationToken.None)).Value.Read;
            from = cut == long.MaxValue ? null : cut + 1;
        }

        var seconds = watch.Elapsed.TotalSeconds;
        Console.WriteLine("\n## Materialization into the store in process, durable\n\n| rows of the source | entities written | s | rows/s |\n|--:|--:|--:|--:|");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {extent.Rows:N0} | {moved:N0} | {seconds:N2} | {extent.Rows / seconds:N0} |"));
    }
}
