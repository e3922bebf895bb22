using System.Diagnostics;
using System.Globalization;
using Orrery.Features;

namespace Orrery.FeaturesOfflineBench;

/// <summary>
/// The point-in-time join with ttl and ties, beside bare ASOF SQL without them on the same engine, the same files and in the same process, and
/// beside pandas. All read their inputs from files and leave a table.
/// </summary>
internal static class JoinBench
{
    private static readonly string[] Features = ["departures:delay", "departures:distance", "arrivals:delay", "arrivals:distance", "lengths:distance", "lengths:delay"];

    public static async Task RunAsync(FlightData data)
    {
        Console.WriteLine($"\n## Point-in-time join: {data.Rows:N0} entity rows against views of 3,000,000 rows\n");
        Console.WriteLine("| what | views | s (best of 4) | entity rows/s | of bare |");
        Console.WriteLine("|---|--:|--:|--:|--:|");
        foreach (var views in new[] { 1, 3 })
        {
            var (bare, ours) = (double.MaxValue, double.MaxValue);
            for (var round = 0; round < 4; round++)
            {
                bare = Math.Min(bare, Bare(data, views));
                ours = Math.Min(ours, await OursAsync(data, Features[..(views * 2)], 2048));
            }

            Report("bare ASOF SQL, no ttl, no ties", views, bare, data.Rows, bare);
            Report("Orrery, ttl and ties", views, ours, data.Rows, bare);
        }

        Pandas(data);
    }

    /// <summary>Seconds of one join of ours.</summary>
    public static async Task<double> OursAsync(FlightData data, string[] features, int memoryMb)
    {
        var options = data.Options(memoryMb);
        var folders = new FeatureFolders(Path.Combine(data.Folder, "features"));
        using var engines = new DuckEngines(options, folders);
        await using var warehouses = new Warehouses(options);
        var join = new PointInTime(engines, new SourceFiles(options, null!, new FileCache(folders, null!, TimeProvider.System)), null!, warehouses);
        var selection = FeatureSelection.OfReferences(data.Project(), features, fullNames: true).Value;
        var input = Path.Combine(folders.Cache(selection.Project.Workspace), "entities.parquet");
        Directory.CreateDirectory(Path.GetDirectoryName(input)!);
        File.Copy(data.Entities, input, overwrite: true);
        // A server has its engine open, as the bare statement has.
        (await engines.LeaseAsync(selection.Project.Workspace, CancellationToken.None)).Value.Dispose();
        var watch = Stopwatch.StartNew();
        var joined = await join.JoinAsync(selection, _ => new(new EntityFile(input, IsCsv: false)), new(EntityLoader.DefaultTimestamp, KnownAt: true), watch: null, CancellationToken.None);
        if (joined.Failed(out var failure, out var rows))
            throw new InvalidOperationException(failure.Message);
        using (rows)
        {
            rows.Keep(CancellationToken.None);
            return watch.Elapsed.TotalSeconds;
        }
    }

    private static double Bare(FlightData data, int views)
    {
        using var connection = data.Connect();
        var sql = views == 1
            ? $"""
              create or replace temp table bare as
              select e.*, f.delay, f.distance
              from '{data.Entities}' e asof left join '{data.Flights}' f on e.origin = f.origin and e.event_timestamp >= f.date
              """
            : $"""
              create or replace temp table bare as
              select e.*, f.delay as d1, f.distance as s1, g.delay as d2, g.distance as s2, h.distance as s3, h.delay as d3
              from '{data.Entities}' e
              asof left join '{data.Flights}' f on e.origin = f.origin and e.event_timestamp >= f.date
              asof left join '{data.Flights}' g on e.destination = g.destination and e.event_timestamp >= g.date
              asof left join '{data.Flights}' h on e.origin = h.origin and e.event_timestamp >= h.date
              """;
        var watch = Stopwatch.StartNew();
        connection.Execute(sql);
        return watch.Elapsed.TotalSeconds;
    }

    // merge_asof wants both sides sorted by time; sorting counts, reading the CSV does not.
    private static void Pandas(FlightData data)
    {
        using (var connection = data.Connect())
        {
            connection.Execute($"copy (select origin, epoch_us(event_timestamp) as t from '{data.Entities}') to '{data.Folder}/entities.csv' (header)");
            connection.Execute($"copy (select origin, epoch_us(date) as t, delay, distance from '{data.Flights}') to '{data.Folder}/flights.csv' (header)");
        }

        const string Script = """
            import sys, time, pandas as pd
            e = pd.read_csv(sys.argv[1] + '/entities.csv'); f = pd.read_csv(sys.argv[1] + '/flights.csv')
            best = 1e9
            for _ in range(2):
                t = time.perf_counter()
                pd.merge_asof(e.sort_values('t', kind='stable'), f.sort_values('t', kind='stable'), on='t', by='origin', tolerance=7 * 86400 * 1000000)
                best = min(best, time.perf_counter() - t)
            print(best, pd.__version__)
            """;
        try
        {
            using var python = Process.Start(new ProcessStartInfo("/usr/bin/python3", ["-c", Script, data.Folder]) { RedirectStandardOutput = true })!;
            var answer = python.StandardOutput.ReadToEnd().Split(' ', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
            python.WaitForExit();
            if (python.ExitCode == 0)
                Report($"pandas {answer[1]} merge_asof, one key", 1, double.Parse(answer[0], CultureInfo.InvariantCulture), data.Rows, double.NaN);
            else
                Console.WriteLine("| pandas | | not installed (Debian's python3-pandas) | | |");
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Console.WriteLine("| pandas | | no python3 | | |");
        }
    }

    private static void Report(string what, int views, double seconds, int rows, double bare) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture, $"| {what} | {views} | {seconds:N2} | {rows / seconds:N0} | {(double.IsNaN(bare) ? "" : (seconds / bare).ToString("N2", CultureInfo.InvariantCulture))} |"));
}
