using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary>A file of an archive.</summary>
/// <param name="Path">Relative to the archive in the manifest, to the artifact root elsewhere; with slashes.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Sha256">64 lower-case hexadecimal digits.</param>
internal sealed record ArchivedFile(string Path, long Bytes, string Sha256);

/// <summary>A line of <c>runs/{experiment_id}.jsonl</c>. Written when all that it names is there.</summary>
internal sealed record ArchivedRun
{
    /// <summary>The run as the source gave it.</summary>
    public required Run Run { get; init; }

    /// <summary><c>metrics/{xx}/{run_id}.jsonl</c>; absent when the run has no metrics.</summary>
    public ArchivedFile? Metrics { get; init; }

    /// <summary>The run's files; absent when they were left where they are.</summary>
    public IReadOnlyList<ArchivedFile>? Files { get; init; }
}

/// <summary>A line of <c>logged-models/{experiment_id}.jsonl</c>. Written when all that it names is there.</summary>
internal sealed record ArchivedModel
{
    /// <summary>The logged model as the source gave it.</summary>
    public required LoggedModel Model { get; init; }

    /// <summary>Its files; absent when they were left where they are.</summary>
    public IReadOnlyList<ArchivedFile>? Files { get; init; }
}

/// <summary><c>manifest.json</c>. Written last: a folder without it is no whole archive.</summary>
internal sealed record ArchiveManifest
{
    /// <summary>Always <c>orrery-mlflow-archive</c>.</summary>
    public required string Format { get; init; }

    /// <summary>1.</summary>
    public required int Version { get; init; }

    /// <summary>Names the server that it was made from.</summary>
    public required string Source { get; init; }

    /// <summary>When it was last completed, UTC.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Every <c>.jsonl</c> but the metrics, whose hashes stand in the lines of their runs.</summary>
    public IReadOnlyList<ArchivedFile> Indexes { get => field ?? []; init; }

    /// <summary>What the last export did.</summary>
    public CopySummary? Export { get; init; }
}
