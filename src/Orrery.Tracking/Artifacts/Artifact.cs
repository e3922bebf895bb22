namespace Orrery.Tracking;

/// <summary>A file in a workspace's artifact store.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="BlobKey">The immutable blob that holds its content, or the row of the database that does: see <see cref="InDatabase"/>.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Sha256">64 lower-case hex digits.</param>
public sealed record Artifact(ArtifactPath Path, string BlobKey, long Size, string Sha256)
{
    /// <summary>Begins the key of content that lies in the database.</summary>
    internal const string DatabasePrefix = "db:";

    /// <summary>True for a small file, whose content lies in the database: no file system or bucket answers as fast.</summary>
    public bool InDatabase => IsInDatabase(BlobKey);

    /// <summary>Whether a key names content in the database.</summary>
    internal static bool IsInDatabase(string key) => key.StartsWith(DatabasePrefix, StringComparison.Ordinal);
}

/// <summary>What a folder holds.</summary>
/// <param name="Folders">Names of its folders, in order.</param>
/// <param name="Files">Its files, by name.</param>
public sealed record ArtifactListing(IReadOnlyCollection<string> Folders, IReadOnlyList<Artifact> Files);
