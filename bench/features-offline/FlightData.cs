using System.Globalization;
using Orrery.Contracts;
using Orrery.Features;
using Orrery.Kernel;
using Orrery.Native;

namespace Orrery.FeaturesOfflineBench;

/// <summary>The flights, entity rows drawn of them, and three views over them: by origin, by destination, and by origin with other features.</summary>
internal sealed class FlightData : IDisposable
{
    public const string Ttl = "7d";

    private const string Views = """
        entities:
          - { name: origin, join_keys: [{ name: origin, type: string }] }
          - { name: destination, join_keys: [{ name: destination, type: string }] }
          - { name: flight, join_keys: [{ name: origin, type: string }, { name: destination, type: string }, { name: date, type: unix_timestamp }] }
        sources:
          - { name: flights, type: file, path: "file://FLIGHTS", timestamp_column: date }
          - { name: moments, type: file, path: "file://MOMENTS", timestamp_column: at }
        feature_views:
          - { name: departures, entities: [origin], source: flights, ttl: 7d, features: [{ name: delay, type: float64 }, { name: distance, type: float64 }] }
          - { name: arrivals, entities: [destination], source: flights, ttl: 7d, features: [{ name: delay, type: float64 }, { name: distance, type: float64 }] }
          - { name: lengths, entities: [origin], source: flights, ttl: 7d, features: [{ name: distance, type: float64 }, { name: delay, type: float64 }] }
          - { name: single, entities: [flight], source: moments, features: [{ name: delay, type: float64 }, { name: distance, type: float64 }] }
        """;

    private readonly DuckDatabase _maker;

    public FlightData(string folder, string flights, int rows)
    {
        Folder = Path.GetFullPath(folder);
        Flights = Path.Combine(Folder, "flights.parquet");
        Moments = Path.Combine(Folder, "moments.parquet");
        Entities = Path.Combine(Folder, "entities.parquet");
        Rows = rows;
        if (!File.Exists(Flights))
            File.Copy(flights, Flights);
        _maker = DuckDatabase.Open(null, new() { AllowedDirectories = [Folder], TempDirectory = Path.Combine(Folder, "maker"), MemoryLimitBytes = 4L << 30 });
        using var connection = _maker.Connect();
        connection.Execute($"copy (select origin, destination, date, delay, distance, date as at from '{Flights}') to '{Moments}' (format parquet)");
        connection.Execute(string.Create(CultureInfo.InvariantCulture, $"""
            copy (
              select origin, destination, date + interval (hash(place) % 86400) second as event_timestamp
              from (select *, row_number() over () as place from '{Flights}') using sample {rows} rows (reservoir, 42))
            to '{Entities}' (format parquet)
            """));
    }

    public string Folder { get; }

    /// <summary>3,000,000 rows: date, delay, distance, origin, destination.</summary>
    public string Flights { get; }

    /// <summary>The same with the date twice: as part of a key and as the event time.</summary>
    public string Moments { get; }

    /// <summary>origin, destination, event_timestamp: a flight's, and up to a day later.</summary>
    public string Entities { get; }

    public int Rows { get; }

    public FeatureProject Project() => ProjectCompiler.Compile(
        WorkspaceId.Default, "default",
        DefinitionYaml.Read(Views.Replace("FLIGHTS", Flights, StringComparison.Ordinal).Replace("MOMENTS", Moments, StringComparison.Ordinal)).Value.Document).Value;

    public FeatureOptions Options(int memoryMb)
    {
        var options = new FeatureOptions { DuckDb = new() { MemoryMb = memoryMb, Threads = Environment.ProcessorCount } };
        options.SourceFolders = [Folder];
        return options;
    }

    public DuckConnection Connect() => _maker.Connect();

    public void Dispose() => _maker.Dispose();
}
