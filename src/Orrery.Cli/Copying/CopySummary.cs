namespace Orrery.Cli;

/// <summary>What a copy did.</summary>
internal sealed record CopySummary
{
    /// <summary>Where it came from.</summary>
    public required string Source { get; init; }

    /// <summary>Where it went.</summary>
    public required string Target { get; init; }

    /// <summary>When it began, UTC.</summary>
    public DateTimeOffset StartedAt { get; init; }

    /// <summary>How long it took, in seconds.</summary>
    public double Seconds { get; init; }

    /// <summary>True when nothing is missing.</summary>
    public bool Complete { get; init; }

    /// <summary>Experiments there now.</summary>
    public long Experiments { get; init; }

    /// <summary>Runs copied this time.</summary>
    public long Runs { get; init; }

    /// <summary>Runs that were complete before.</summary>
    public long RunsAlreadyThere { get; init; }

    /// <summary>Parameters copied this time.</summary>
    public long Params { get; init; }

    /// <summary>Tags copied this time.</summary>
    public long Tags { get; init; }

    /// <summary>Metric points copied this time, duplicates counted once.</summary>
    public long MetricPoints { get; init; }

    /// <summary>Files copied this time.</summary>
    public long Files { get; init; }

    /// <summary>Bytes of those files.</summary>
    public long Bytes { get; init; }

    /// <summary>Files among them whose hash the target did not confirm; only their lengths were compared.</summary>
    public long FilesComparedByLength { get; init; }

    /// <summary>Logged models copied this time.</summary>
    public long LoggedModels { get; init; }

    /// <summary>Logged models that were complete before.</summary>
    public long LoggedModelsAlreadyThere { get; init; }

    /// <summary>Registered models there now.</summary>
    public long RegisteredModels { get; init; }

    /// <summary>Versions there now.</summary>
    public long ModelVersions { get; init; }

    /// <summary>Aliases there now.</summary>
    public long Aliases { get; init; }

    /// <summary>What could not be copied.</summary>
    public IReadOnlyList<CopyProblem> Problems { get; init; } = [];

    /// <summary>What one should know about the copy.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}
