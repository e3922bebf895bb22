using Npgsql;

namespace Orrery.Storage;

/// <summary>Where metadata lives. Section <c>Orrery</c>.</summary>
public sealed class StorageOptions
{
    /// <summary>Folder of the embedded database and files. Default <c>data</c> in the working directory.</summary>
    public string DataDir { get; set; } = "data";

    /// <summary>PostgreSQL connection string (<c>Host=...;Database=...;Username=...</c>); empty for SQLite in the data folder.</summary>
    public string? Database { get; set; }

    /// <summary>How this server runs jobs.</summary>
    public JobOptions Jobs { get; set; } = new();

    /// <summary>How events are delivered.</summary>
    public OutboxOptions Outbox { get; set; } = new();

    /// <summary>True for PostgreSQL.</summary>
    public bool IsPostgres => !string.IsNullOrWhiteSpace(Database);

    /// <summary>The SQLite file.</summary>
    public string SqlitePath => Path.Combine(DataDir, "orrery.db");

    /// <summary>Everything that is wrong with these options.</summary>
    public IEnumerable<string> Problems()
    {
        if (string.IsNullOrWhiteSpace(DataDir))
            yield return "Orrery:DataDir is empty; give a folder.";
        foreach (var wrong in Jobs.Problems().Concat(Outbox.Problems()))
            yield return wrong;
        if (!IsPostgres)
            yield break;
        string? problem = null;
        try
        {
            if (string.IsNullOrEmpty(new NpgsqlConnectionStringBuilder(Database).Host))
                problem = "Orrery:Database names no Host; a PostgreSQL connection string looks like \"Host=db;Database=orrery;Username=orrery\".";
        }
        catch (Exception e) when (e is ArgumentException or FormatException)
        {
            // The message of Npgsql names the keyword, never the value.
            problem = $"Orrery:Database is not a PostgreSQL connection string ({e.Message}); it looks like \"Host=db;Database=orrery;Username=orrery\".";
        }

        if (problem is not null)
            yield return problem;
    }
}
