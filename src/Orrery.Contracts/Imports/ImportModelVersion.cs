namespace Orrery.Contracts;

/// <summary>
/// Body of <c>POST /api/v1/import/model-versions</c>: makes a version with its own number, stage, times and aliases, in one
/// transaction. The next version created here gets a number above the highest imported one. Idempotent by (source, name, version):
/// a second call brings stage, description, source and times up to date unless the version was changed here since, moves the aliases
/// that imports set, and adds tags that are missing. Refused with
/// <see cref="ImportCodes.VersionTaken"/> when the number belongs to a version from elsewhere.
/// </summary>
public sealed record ImportModelVersion
{
    /// <summary>Names the server or archive that it comes from, the same in every call.</summary>
    public required string Source { get; init; }

    /// <summary>
    /// The version as the source gave it. Its <see cref="ModelVersion.Source"/> names the files on this server: an URI below the
    /// artifact root that the import of its run or logged model answered, <c>models:/{model_id}</c>, or any foreign URI, which is
    /// kept. <see cref="ModelVersion.Aliases"/> are exactly those that point at it. The run need not exist here.
    /// </summary>
    public required ModelVersion Version { get; init; }
}

/// <summary>Answer of <c>POST /api/v1/import/model-versions</c>.</summary>
/// <param name="Name">The registered model.</param>
/// <param name="Version">Number of the version, as text.</param>
/// <param name="Created">False when it was here already.</param>
public sealed record ImportedModelVersion(string Name, string Version, bool Created);
