namespace Orrery.Tracking;

/// <summary>A file in a workspace's artifact store.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="BlobKey">The immutable blob that holds its content.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Sha256">64 lower-case hex digits.</param>
public sealed record Artifact(ArtifactPath Path, string BlobKey, long Size, string Sha256);

/// <summary>What a folder holds.</summary>
/// <param name="Folders">Names of its folders, in order.</param>
/// <param name="Files">Its files, by name.</param>
public sealed record ArtifactListing(IReadOnlyCollection<string> Folders, IReadOnlyList<Artifact> Files);
