namespace Orrery.Contracts;

/// <summary>Asks for the values that Feast left in this server's Redis.</summary>
public sealed record FeastRedisImport
{
    /// <summary>Feast's name of the project.</summary>
    public string FeastProject { get => field ?? ""; init; }

    /// <summary>Names of views; none for all that are served online.</summary>
    public IReadOnlyList<string> Views { get => field ?? []; init; }
}

/// <summary>What was copied.</summary>
[WritesEmptyLists]
public sealed record FeastRedisImported
{
    /// <summary>Rows by view.</summary>
    public IReadOnlyDictionary<string, long> Rows { get => field ?? new Dictionary<string, long>(); init; }
}
