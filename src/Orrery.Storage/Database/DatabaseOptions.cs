using Npgsql;

namespace Orrery.Storage;

/// <summary>Where metadata lives. Section <c>Orrery:Database</c>.</summary>
public sealed class DatabaseOptions
{
    /// <summary>PostgreSQL connection string (<c>Host=...;Database=...;Username=...</c>). Default empty: SQLite in the data folder.</summary>
    public string? ConnectionString { get; set; }

    /// <summary>PostgreSQL's password, when it does not stand in the connection string; give it as <c>PasswordFile</c> to keep it in a file.</summary>
    public string? Password { get; set; }

    /// <summary>True for PostgreSQL.</summary>
    public bool IsPostgres => !string.IsNullOrWhiteSpace(ConnectionString);

    /// <summary>Everything that is wrong with these options.</summary>
    public IEnumerable<string> Problems()
    {
        const string Example = "\"Host=db;Database=orrery;Username=orrery\"";
        if (!IsPostgres)
        {
            if (!string.IsNullOrEmpty(Password))
                yield return $"Orrery:Database:Password is set but no connection string; give --database {Example}, or leave the password out for SQLite.";
            yield break;
        }

        string? problem = null;
        try
        {
            if (string.IsNullOrEmpty(new NpgsqlConnectionStringBuilder(ConnectionString).Host))
                problem = $"Orrery:Database:ConnectionString names no Host; it looks like {Example}.";
        }
        catch (Exception e) when (e is ArgumentException or FormatException)
        {
            // Npgsql's message names the keyword, never the value.
            problem = $"Orrery:Database:ConnectionString is not a PostgreSQL connection string ({e.Message}); it looks like {Example}.";
        }

        if (problem is not null)
            yield return problem;
    }

    /// <summary>The connection string with the password in it.</summary>
    internal string Complete()
    {
        var settings = new NpgsqlConnectionStringBuilder(ConnectionString);
        if (!string.IsNullOrEmpty(Password))
            settings.Password = Password;
        return settings.ToString();
    }
}
