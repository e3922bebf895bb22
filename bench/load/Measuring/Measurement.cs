namespace Orrery.Load;

/// <summary>What some requests of one operation took.</summary>
/// <param name="Elapsed">From the first to the last of them.</param>
/// <param name="Latencies">Of the requests that succeeded.</param>
/// <param name="Failed">Requests that were refused.</param>
/// <param name="FirstFailure">What the first of them was told; null when there is none.</param>
/// <param name="Used">Processor time that went by on each side.</param>
/// <param name="Sent">Bytes, headers among them.</param>
/// <param name="Received">Bytes, headers among them.</param>
internal sealed record Measurement(
    TimeSpan Elapsed, Latencies Latencies, int Failed, string? FirstFailure, ProcessorUse Used, long Sent, long Received)
{
    public int Requests => Latencies.Count + Failed;

    public double PerSecond => Latencies.Count / Elapsed.TotalSeconds;

    /// <summary>Milliseconds of the server process, user and system.</summary>
    public double ServerMs => Used.Server.TotalMilliseconds / Math.Max(1, Requests);

    /// <summary>Milliseconds of all processes of the database server; 0 when there is none.</summary>
    public double DatabaseMs => Used.Database.TotalMilliseconds / Math.Max(1, Requests);

    /// <summary>Milliseconds of the generator itself.</summary>
    public double GeneratorMs => Used.Generator.TotalMilliseconds / Math.Max(1, Requests);

    /// <summary>What the comparison with MLflow takes: the server and its database, as MLflow's figure has its own SQLite in it.</summary>
    public double TotalMs => ServerMs + DatabaseMs;

    public double BytesReceived => (double)Received / Math.Max(1, Requests);
}
