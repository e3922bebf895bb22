namespace Orrery.Load;

/// <summary>What is measured, and for how long.</summary>
internal sealed record LoadOptions
{
    /// <summary>Parts of the names of sections or operations; empty: everything.</summary>
    public IReadOnlyList<string> Only { get; init; } = [];

    /// <summary>Short and small: to see that everything runs. Its numbers say little.</summary>
    public bool Quick { get; init; }

    public bool Sqlite { get; init; } = true;

    public bool Postgres { get; init; } = true;

    /// <summary>Where the servers keep their data while they are measured; on the disk that is to be measured.</summary>
    public required string DataFolder { get; init; }

    /// <summary>The Markdown file that is written.</summary>
    public required string Report { get; init; }

    /// <summary>Connections of the closed loop; 8 as in MLflow's figures.</summary>
    public int Connections { get; } = 8;

    public TimeSpan WarmUp => Quick ? TimeSpan.FromSeconds(0.2) : TimeSpan.FromSeconds(1);

    public TimeSpan Closed => Quick ? TimeSpan.FromSeconds(0.3) : TimeSpan.FromSeconds(2);

    public TimeSpan Open => Quick ? TimeSpan.FromSeconds(0.3) : TimeSpan.FromSeconds(2);

    /// <summary>Runs in the big experiment.</summary>
    public int Runs => Quick ? 5_000 : 100_000;

    /// <summary>Bytes of the big artifact.</summary>
    public long Artifact => Quick ? 64L << 20 : 1L << 30;

    /// <summary>Bytes of the artifact during which memory is watched.</summary>
    public long HugeArtifact => 2 * Artifact;

    /// <summary>True when the section as a whole was asked for, or nothing was.</summary>
    public bool Wants(string section) => Only.Count == 0 || Only.Any(part => Names(section, part));

    /// <summary>True when the operation, or its section, was asked for, or nothing was.</summary>
    public bool Wants(string section, string operation) => Wants(section) || Only.Any(part => Names(operation, part));

    /// <summary>True when the section or one of its operations was asked for, or nothing was.</summary>
    public bool WantsAny(string section, IEnumerable<string> operations) => operations.Any(operation => Wants(section, operation));

    private static bool Names(string name, string part) => name.Contains(part, StringComparison.OrdinalIgnoreCase);
}
