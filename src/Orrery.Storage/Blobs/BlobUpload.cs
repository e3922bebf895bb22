namespace Orrery.Storage;

/// <summary>An upload in parts that a client sends to the store itself.</summary>
/// <param name="UploadId">The store's name for it.</param>
/// <param name="PartUrls">Where to PUT part 1, 2, ... Each part but the last is 5 MiB to 5 GiB.</param>
/// <param name="Expires">Until when the addresses work, UTC.</param>
public sealed record BlobUpload(string UploadId, IReadOnlyList<Uri> PartUrls, DateTimeOffset Expires);
