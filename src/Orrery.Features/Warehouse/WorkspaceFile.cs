namespace Orrery.Features;

/// <summary>A file that was uploaded to a workspace for its sources.</summary>
/// <param name="Path">As sources name it.</param>
/// <param name="BlobKey">Its content.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Sha256">64 lower-case hex digits.</param>
/// <param name="UploadedBy">Who.</param>
/// <param name="UploadedAt">Unix milliseconds.</param>
internal sealed record WorkspaceFile(string Path, string BlobKey, long Size, string Sha256, string UploadedBy, long UploadedAt);
