using System.Runtime.InteropServices;

namespace Orrery.Native;

/// <summary>
/// ONNX Runtime's table of functions (<c>struct OrtApi</c>), which is append-only: a slot keeps its number. The numbers are of onnxruntime_c_api.h. A status
/// that is not zero is an error, to be read and released (<see cref="OnnxFailures"/>).
/// </summary>
internal static unsafe partial class OrtApi
{
    /// <summary>The version asked for: the lowest that has every slot used here, so that older and newer libraries both do.</summary>
    public const uint ApiVersion = 16;

    private static nint* _table;

    /// <summary>Fills the table from a loaded library; null when it does not know <see cref="ApiVersion"/>. Answers the library's version.</summary>
    public static string? Bind(nint library)
    {
        var functions = (nint*)((delegate* unmanaged<nint>)NativeLibrary.GetExport(library, "OrtGetApiBase"))();
        var table = (nint*)((delegate* unmanaged<uint, nint>)functions[0])(ApiVersion);
        if (table == null)
            return null;
        _table = table;
        return Marshal.PtrToStringUTF8(((delegate* unmanaged<nint>)functions[1])());
    }

    public static int GetErrorCode(nint status) => ((delegate* unmanaged<nint, int>)_table[1])(status);

    public static nint GetErrorMessage(nint status) => ((delegate* unmanaged<nint, nint>)_table[2])(status);

    public static void ReleaseStatus(nint status) => ((delegate* unmanaged<nint, void>)_table[93])(status);

    public static nint CreateEnvWithGlobalThreadPools(int severity, byte* id, nint threading, nint* env) =>
        ((delegate* unmanaged<int, byte*, nint, nint*, nint>)_table[119])(severity, id, threading, env);

    public static nint DisableTelemetryEvents(nint env) => ((delegate* unmanaged<nint, nint>)_table[6])(env);

    public static nint CreateThreadingOptions(nint* options) => ((delegate* unmanaged<nint*, nint>)_table[121])(options);

    public static void ReleaseThreadingOptions(nint options) => ((delegate* unmanaged<nint, void>)_table[122])(options);

    public static nint SetGlobalIntraOpNumThreads(nint options, int threads) => ((delegate* unmanaged<nint, int, nint>)_table[147])(options, threads);

    public static nint SetGlobalInterOpNumThreads(nint options, int threads) => ((delegate* unmanaged<nint, int, nint>)_table[148])(options, threads);

    public static nint SetGlobalSpinControl(nint options, int spin) => ((delegate* unmanaged<nint, int, nint>)_table[149])(options, spin);

    public static nint CreateCpuMemoryInfo(int allocator, int memory, nint* info) => ((delegate* unmanaged<int, int, nint*, nint>)_table[69])(allocator, memory, info);

    public static nint GetAllocatorWithDefaultOptions(nint* allocator) => ((delegate* unmanaged<nint*, nint>)_table[78])(allocator);

    public static nint AllocatorFree(nint allocator, void* memory) => ((delegate* unmanaged<nint, void*, nint>)_table[76])(allocator, memory);
}
