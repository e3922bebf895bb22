namespace Orrery.Storage;

/// <summary>A blob or a folder, as <see cref="IBlobs.ListFolderAsync"/> shows one level.</summary>
/// <param name="Key">The blob's key; a folder's without the '/' at its end.</param>
/// <param name="Size">Bytes; null for a folder.</param>
public sealed record BlobEntry(string Key, long? Size)
{
    /// <summary>True for a folder.</summary>
    public bool IsFolder => Size is null;
}
