namespace Orrery.Native;

/// <summary>
/// How a database is opened. Whatever is set here, extensions are never installed or loaded by themselves, the time zone is UTC, SQL reaches no
/// file outside of what is allowed, and no setting can be changed by SQL once the database is open.
/// </summary>
public sealed record DuckOptions
{
    /// <summary>Threads that queries share, 1 to 1024. Default: as many as the machine has processors.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Most memory for tables and queries, in bytes, at least 1 MiB. Default 1 GiB.</summary>
    public long MemoryLimitBytes { get; init; } = 1L << 30;

    /// <summary>Folder for what does not fit into memory, made when it is needed. Null, the default: nothing is spilled, and a query that would need it fails.</summary>
    public string? TempDirectory { get; init; }

    /// <summary>Most bytes in <see cref="TempDirectory"/>, more than 0. Default 16 GiB.</summary>
    public long MaxTempBytes { get; init; } = 16L << 30;

    /// <summary>Folders in which SQL may read and write files, at any depth. Links in them are followed. Default: none.</summary>
    public IReadOnlyList<string> AllowedDirectories { get; init; } = [];

    /// <summary>Single files that SQL may read and write. Default: none.</summary>
    public IReadOnlyList<string> AllowedPaths { get; init; } = [];

    /// <summary>True to open a file without writing to it. Default false.</summary>
    public bool ReadOnly { get; init; }

    /// <summary>False lets big imports and exports give up the rows' order for memory. Default true.</summary>
    public bool PreserveInsertionOrder { get; init; } = true;

    /// <summary>What is wrong with the values.</summary>
    internal IEnumerable<string> Problems()
    {
        if (Threads is < 1 or > 1024)
            yield return $"{nameof(Threads)} is {Threads}, outside 1..1024.";
        if (MemoryLimitBytes < 1 << 20)
            yield return $"{nameof(MemoryLimitBytes)} is {MemoryLimitBytes}, below 1 MiB.";
        if (MaxTempBytes <= 0)
            yield return $"{nameof(MaxTempBytes)} is {MaxTempBytes}, not above 0.";
        if (TempDirectory is "" || AllowedDirectories.Concat(AllowedPaths).Any(string.IsNullOrWhiteSpace))
            yield return "A path is empty.";
        if (AllowedDirectories.Concat(AllowedPaths).Append(TempDirectory).Any(static path => path?.Contains('\0', StringComparison.Ordinal) == true))
            yield return "A path holds a NUL.";
    }
}
