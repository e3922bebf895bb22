using System.Text.Json.Serialization;

namespace Orrery.Tenancy;

/// <summary>First entry of an archive.</summary>
internal sealed record ArchiveManifest
{
    public const string Name = "manifest.json";
    public const string Kind = "orrery-workspace";
    public const int Newest = 1;

    /// <summary>Always <see cref="Kind"/>.</summary>
    public required string Format { get; init; }

    public required int FormatVersion { get; init; }

    public required string ServerVersion { get; init; }

    public required DateTimeOffset ExportedAt { get; init; }

    public required ArchivedWorkspace Workspace { get; init; }

    /// <summary>Number of the newest migration of each module, by the prefix of its tables.</summary>
    public required SortedDictionary<string, int> Schema { get; init; }

    /// <summary>Rows of each table that travels.</summary>
    public required SortedDictionary<string, long> Rows { get; init; }

    /// <summary>Blobs that the rows name.</summary>
    public required long Blobs { get; init; }

    /// <summary>Their bytes.</summary>
    public required long BlobBytes { get; init; }
}

/// <summary>What a workspace says of itself.</summary>
internal sealed record ArchivedWorkspace
{
    public required string Name { get; init; }

    public required string DisplayName { get; init; }

    public required string Description { get; init; }

    public required string CostCentre { get; init; }

    public required string Contact { get; init; }

    public required bool NeedsSecondFactor { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }
}

/// <summary>A grant by the name of who has it.</summary>
internal sealed record ArchivedGrant
{
    /// <summary>person, service, group or workspace.</summary>
    public required string Kind { get; init; }

    public required string Subject { get; init; }

    public required string Role { get; init; }

    public string ObjectKind { get; init; } = "";

    public string ObjectId { get; init; } = "";

    public DateTimeOffset? ExpiresAt { get; init; }
}

/// <summary>A blob of the archive, for people: the entry <c>blobs/NUMBER</c> is the file at a key.</summary>
internal sealed record ArchivedBlob
{
    public required long Number { get; init; }

    /// <summary>Without the workspace's name.</summary>
    public required string Key { get; init; }

    public required long Size { get; init; }

    public required string Sha256 { get; init; }
}

/// <summary>Last entry of an archive.</summary>
internal sealed record ArchiveTrailer
{
    public const string Name = "trailer.json";

    /// <summary>Entries before this one.</summary>
    public required long Entries { get; init; }

    /// <summary>SHA-256 over their lines: hash, two spaces, name.</summary>
    public required string Sha256 { get; init; }

    /// <summary>Numbers of blobs that rows name and the store did not have.</summary>
    public required IReadOnlyList<long> Missing { get; init; }

    /// <summary>Numbers of blobs that are in the archive but are not what their rows say.</summary>
    public required IReadOnlyList<long> Damaged { get; init; }
}

/// <summary>Payload of the job that performs an import.</summary>
internal sealed record ImportOrder
{
    public required long Tenant { get; init; }

    public required string Workspace { get; init; }

    /// <summary>Key of the uploaded archive.</summary>
    public required string Archive { get; init; }

    public required long Size { get; init; }

    public required string Sha256 { get; init; }

    /// <summary>Give the archive's grants to people of the same names.</summary>
    public required bool Grants { get; init; }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    AllowDuplicateProperties = false)]
[JsonSerializable(typeof(ArchiveManifest))]
[JsonSerializable(typeof(ArchivedGrant))]
[JsonSerializable(typeof(ArchivedBlob))]
[JsonSerializable(typeof(ArchiveTrailer))]
[JsonSerializable(typeof(ImportOrder))]
internal sealed partial class ArchiveJson : JsonSerializerContext;
