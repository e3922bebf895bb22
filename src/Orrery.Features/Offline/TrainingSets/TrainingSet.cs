using Orrery.Kernel;

namespace Orrery.Features;

/// <summary>A training set as it stands.</summary>
internal sealed record TrainingSet(string Id, string Project, string Name, string State, string CreatedBy, long CreatedAt)
{
    public const string Building = "building";
    public const string Ready = "ready";
    public const string Failed = "failed";

    public string? Job { get; init; }

    public string? ContentHash { get; init; }

    public long? Rows { get; init; }

    /// <summary>JSON; see <see cref="Manifests"/>.</summary>
    public string? Manifest { get; init; }

    /// <summary>JSON; see <see cref="ColumnStatistics"/>.</summary>
    public string? Statistics { get; init; }

    public string? BlobKey { get; init; }

    public long? Size { get; init; }

    /// <summary>Of the file.</summary>
    public string? Sha256 { get; init; }

    /// <summary>The entity rows that came with the request; null for none.</summary>
    public TrainingSetEntities? Entities { get; init; }

    public string? Problem { get; init; }

    public static Failure NotFound(string id) =>
        Kernel.Failure.NotFound("features.training_set_not_found", $"There is no training set {(id.Length > 100 ? id[..100] : id)}.");
}

/// <summary>A blob with entity rows.</summary>
internal sealed record TrainingSetEntities(string BlobKey, long Size, string Sha256);
