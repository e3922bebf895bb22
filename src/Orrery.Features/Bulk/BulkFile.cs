namespace Orrery.Features;

/// <summary>A file of rows where this server can read it.</summary>
/// <param name="Name">As it was found: its path among the workspace's files, or its address.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Sha256">64 lower-case hex digits.</param>
/// <param name="LocalPath">Of the copy or link; may be gone after half an hour.</param>
public sealed record BulkFile(string Name, long Size, string Sha256, string LocalPath);
