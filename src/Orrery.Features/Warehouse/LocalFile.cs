namespace Orrery.Features;

/// <summary>A file of a source where the embedded engine can read it.</summary>
/// <param name="Name">As the source names it: its path, or address.</param>
/// <param name="Path">Of the local copy or link.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Sha256">64 lower-case hex digits; null where only a training set would want it, see <see cref="SourceFiles"/>.</param>
internal sealed record LocalFile(string Name, string Path, long Size, string? Sha256);
