namespace Orrery.Client;

/// <summary>A file that was moved.</summary>
/// <param name="Path">Path below the artifact root.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Sha256">Its SHA-256 as 64 lower-case hexadecimal digits, computed on this side.</param>
/// <param name="Verified">True when the server gave the same hash.</param>
public sealed record TransferredFile(string Path, long Bytes, string Sha256, bool Verified);
