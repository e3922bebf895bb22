namespace Orrery.Client;

/// <summary>The begin of a file.</summary>
/// <param name="Bytes">Its first bytes; all of them when there are no more.</param>
/// <param name="Size">Bytes of the whole file.</param>
public sealed record ArtifactBegin(ReadOnlyMemory<byte> Bytes, long Size);
