namespace Orrery.Storage;

/// <summary>A part that a client uploaded.</summary>
/// <param name="Number">1 to 10,000.</param>
/// <param name="ETag">As the store answered it when the part was uploaded.</param>
public sealed record BlobPart(int Number, string ETag);
