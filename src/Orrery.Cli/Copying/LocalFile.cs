namespace Orrery.Cli;

/// <summary>A file of the source on this machine.</summary>
/// <param name="Path">Where it lies.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Sha256">Its SHA-256, 64 lower-case hexadecimal digits; null when it is yet to be computed.</param>
internal sealed record LocalFile(string Path, long Bytes, string? Sha256);
