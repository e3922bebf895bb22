namespace Orrery.Storage;

/// <summary>A blob that exists.</summary>
/// <param name="Key">Its '/'-separated key.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Sha256">64 lower-case hex digits. Always there after a put; null where the store does not keep it.</param>
public sealed record BlobInfo(string Key, long Size, string? Sha256)
{
    /// <summary>When it was put, by the store's clock. Given by listings only.</summary>
    public DateTimeOffset? PutAt { get; init; }
}
