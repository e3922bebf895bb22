namespace Orrery.Serving;

/// <summary>A request as it goes out; the same for each try.</summary>
/// <param name="Bytes">All of it.</param>
/// <param name="JsonLength">Bytes of the JSON when binary tensors follow it; else null.</param>
internal readonly record struct RemoteBody(ReadOnlyMemory<byte> Bytes, int? JsonLength);
