namespace Orrery.Contracts;

/// <summary>What an import of a workspace brought. The result of a job <c>tenancy.import</c>.</summary>
public sealed record WorkspaceImportReport
{
    /// <summary>The new workspace.</summary>
    public required string Workspace { get; init; }

    /// <summary>Its name where it came from.</summary>
    public required string From { get; init; }

    /// <summary>SHA-256 of the archive; stands in the audit trail.</summary>
    public required string ArchiveSha256 { get; init; }

    /// <summary>Rows written.</summary>
    public long Rows { get; init; }

    /// <summary>Files written.</summary>
    public long Files { get; init; }

    /// <summary>Their bytes.</summary>
    public long Bytes { get; init; }

    /// <summary>Files that the archive lacks, since the workspace it was made of had lost them.</summary>
    public long FilesMissing { get; init; }

    /// <summary>Roles that were given to people of the same names.</summary>
    public long Grants { get; init; }

    /// <summary>Roles that were not given, each with the reason; the first 1000.</summary>
    public IReadOnlyList<string> GrantsLeftOut { get => field ?? []; init; }

    /// <summary>What is to be done by hand.</summary>
    public IReadOnlyList<string> Notes { get => field ?? []; init; }
}
