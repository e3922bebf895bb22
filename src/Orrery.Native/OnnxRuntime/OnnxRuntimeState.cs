namespace Orrery.Native;

/// <summary>What lives as long as the process: the environment with the shared threads, where tensors lie, and the default allocator.</summary>
internal sealed record OnnxRuntimeState(string Version, nint Environment, nint MemoryInfo, nint Allocator);
