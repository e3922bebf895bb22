namespace Orrery.Features;

/// <summary>The feature store's settings: section <c>Orrery:Features</c>.</summary>
public sealed class FeatureOptions
{
    /// <summary>The embedded engine.</summary>
    public DuckDbSettings DuckDb { get; set; } = new();

    /// <summary>Folders outside the data folder that <c>file:///</c> sources may name, with all below them. Default none.</summary>
    public string[] SourceFolders { get; set; } = [];

    /// <summary>Buckets that <c>s3://</c> sources may name. Default none.</summary>
    public string[] SourceBuckets { get; set; } = [];

    /// <summary>Warehouses by name: databases that speak PostgreSQL's wire protocol.</summary>
    public Dictionary<string, WarehouseSettings> Warehouses { get; set; } = [];

    /// <summary>The online store.</summary>
    public OnlineSettings Online { get; set; } = new();

    /// <summary>How long results and stray training sets are kept.</summary>
    public RetentionSettings Retention { get; set; } = new();

    /// <summary>Most entity rows that a synchronous historical request may have; more go to a job. Default 100,000.</summary>
    public int SynchronousRows { get; set; } = 100_000;

    /// <summary>Rows of a source that one part of a materialization looks at, 1,000 to 100,000,000: its progress is kept after each. Default 1,000,000.</summary>
    public int MaterializationPartRows { get; set; } = 1_000_000;

    /// <summary>All that is wrong with them.</summary>
    public IEnumerable<string> Problems()
    {
        if (DuckDb.Threads is < 0 or > 1024)
            yield return "DuckDb:Threads must be 0 (one for each core) to 1024.";
        if (DuckDb.MemoryMb is < 64)
            yield return "DuckDb:MemoryMb must be at least 64.";
        if (DuckDb.QuerySeconds is < 1 or > 86_400)
            yield return "DuckDb:QuerySeconds must be 1 to 86,400.";
        if (DuckDb.QueryResultMb is < 16)
            yield return "DuckDb:QueryResultMb must be at least 16.";
        if (SynchronousRows is < 1 or > 10_000_000)
            yield return "SynchronousRows must be 1 to 10,000,000.";
        if (MaterializationPartRows is < 1_000 or > 100_000_000)
            yield return "MaterializationPartRows must be 1,000 to 100,000,000.";
        if (Retention.Historical < TimeSpan.FromHours(1) || Retention.TrainingSets < TimeSpan.FromHours(1))
            yield return "Retention:Historical and Retention:TrainingSets must be at least an hour.";
        if (Online.KeepExpired < TimeSpan.FromHours(1))
            yield return "Online:KeepExpired must be at least an hour.";
        if (Online.FutureSkew < TimeSpan.Zero || Online.FutureSkew > TimeSpan.FromDays(36_500))
            yield return "Online:FutureSkew must be 0 to 36,500 days.";
        if (Online.MemoryMb is < 16)
            yield return "Online:MemoryMb must be at least 16.";
        if (!FeastMode.IsKnown(Online.Mode))
            yield return $"Online:Mode is '{Online.Mode}'; it must be feast or strict.";
        foreach (var (name, warehouse) in Warehouses)
        {
            if (string.IsNullOrWhiteSpace(warehouse.Connection))
                yield return $"Warehouses:{name}:Connection is missing; give a PostgreSQL connection string.";
            if (warehouse.Dialect is not ("postgresql" or "redshift"))
                yield return $"Warehouses:{name}:Dialect must be postgresql or redshift.";
        }

        foreach (var folder in SourceFolders)
        {
            if (!Path.IsPathRooted(folder))
                yield return $"SourceFolders: '{folder}' must be an absolute path.";
        }
    }
}

/// <summary>Limits of the embedded engine.</summary>
public sealed class DuckDbSettings
{
    /// <summary>Threads of one query; 0 for one for each core. Default 0.</summary>
    public int Threads { get; set; }

    /// <summary>Memory of each workspace's engine in MiB, at least 64; what does not fit goes to temporary files in the data folder. Default 1024.</summary>
    public int MemoryMb { get; set; } = 1024;

    /// <summary>
    /// Most queries at once in the whole server; more wait. Jobs take at most half of them, and one workspace while others wait. Default 4.
    /// </summary>
    public int Concurrency { get; set; } = 4;

    /// <summary>How many seconds the queries of one request may take, 1 to 86,400; jobs may take as long as they need. Default 60.</summary>
    public int QuerySeconds { get; set; } = 60;

    /// <summary>
    /// How large the result of a query source may be, in MiB, at least 16; it is kept in a temporary file while it is read. Each query source runs
    /// in an engine of its own with half of <see cref="MemoryMb"/> and of the threads besides. Default 4096.
    /// </summary>
    public int QueryResultMb { get; set; } = 4096;
}

/// <summary>A warehouse.</summary>
public sealed class WarehouseSettings
{
    /// <summary>Npgsql connection string.</summary>
    public string Connection { get; set; } = "";

    /// <summary><c>postgresql</c> or <c>redshift</c>. Default <c>postgresql</c>.</summary>
    public string Dialect { get; set; } = "postgresql";

    /// <summary>Workspaces that may name it; <c>*</c> for all. Default none: who may read a database is said, not assumed.</summary>
    public string[] Workspaces { get; set; } = [];
}

/// <summary>The online store.</summary>
public sealed class OnlineSettings
{
    /// <summary>Most memory of the store in process, in MiB, at least 16; a write beyond it is refused. Default 2048.</summary>
    public int MemoryMb { get; set; } = 2048;

    /// <summary>
    /// How long values stay after their ttl has run out, for reads that ask with another ttl; then they are deleted, within about an hour. At least
    /// an hour, default 90 days.
    /// </summary>
    public TimeSpan KeepExpired { get; set; } = TimeSpan.FromDays(90);

    /// <summary>How far after now the event or created time of a written row may lie; rows beyond it are refused. Default a day.</summary>
    public TimeSpan FutureSkew { get; set; } = TimeSpan.FromDays(1);

    /// <summary>How the root of the Feast API answers: <c>feast</c> (as Feast does) or <c>strict</c> (truthful statuses). Default <c>strict</c>.</summary>
    public string Mode { get; set; } = "strict";
}
