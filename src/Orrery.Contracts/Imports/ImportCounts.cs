namespace Orrery.Contracts;

/// <summary>What a whole run or logged model consists of. Each count that is given is compared with what is stored.</summary>
public sealed record ImportCounts
{
    /// <summary>Parameters.</summary>
    public long? Params { get; init; }

    /// <summary>Tags.</summary>
    public long? Tags { get; init; }

    /// <summary>Different metric names.</summary>
    public long? MetricKeys { get; init; }

    /// <summary>Metric points, duplicates counted once.</summary>
    public long? MetricPoints { get; init; }

    /// <summary>Files under its artifact root. Absent when the root lies in a store that this server does not serve.</summary>
    public long? Artifacts { get; init; }

    /// <summary>Bytes of those files together.</summary>
    public long? ArtifactBytes { get; init; }
}
