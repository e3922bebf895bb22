using System.Runtime.InteropServices;

namespace Orrery.Native;

/// <summary>ONNX Runtime's native library and its one environment in a process. Loaded when the first model is opened, and stays. Safe for any thread.</summary>
public static unsafe class OnnxLibrary
{
    private const string Package = "onnxruntime-node";
    private const int Quiet = 4;

    private static readonly Lock Loading = new();
    private static OnnxRuntimeState? _state;

    /// <summary>The file to load, set by the host before the first model is opened; null to look for it (README, "The libraries").</summary>
    public static string? Path { get; set; }

    /// <summary>Threads of the pool that sessions with <see cref="OnnxSessionOptions.Threads"/> 0 share; 0 for one a core. Set before the first model is opened.</summary>
    public static int SharedThreads { get; set; }

    /// <summary>Such as <c>1.30.0</c>. Loads the library.</summary>
    /// <exception cref="OnnxException">The library is missing or does not load.</exception>
    public static string Version => State().Version;

    /// <summary>Name of the library's file on this machine.</summary>
    internal static string FileName => OperatingSystem.IsLinux() ? "libonnxruntime.so.1" : NativePlatform.FileName("onnxruntime");

    internal static OnnxRuntimeState State()
    {
        if (Volatile.Read(ref _state) is { } ready)
            return ready;
        lock (Loading)
            return _state ??= Open(Path, AppContext.BaseDirectory);
    }

    /// <exception cref="OnnxException">The library is missing, does not load or is too old.</exception>
    internal static nint Load(string? path, string folder)
    {
        var file = path ?? Find(folder);
        try
        {
            return NativeLibrary.Load(file);
        }
        catch (Exception failure) when (failure is DllNotFoundException or BadImageFormatException)
        {
            throw new OnnxException(
                OnnxErrorCode.LibraryMissing,
                $"ONNX Runtime's library {file} does not load: {failure.Message.ReplaceLineEndings(" ")} It needs a system of {NativePlatform.Rid} "
                + "(on Linux with glibc 2.28 or later and libstdc++; not musl).",
                failure);
        }
    }

    private static OnnxRuntimeState Open(string? path, string folder)
    {
        var version = OrtApi.Bind(Load(path, folder)) ?? throw new OnnxException(
            OnnxErrorCode.LibraryMissing, $"ONNX Runtime's library does not have its API {OrtApi.ApiVersion}: take version 1.{OrtApi.ApiVersion} or later.");
        nint threading, env, memory, allocator;
        OnnxFailures.Check(OrtApi.CreateThreadingOptions(&threading));
        try
        {
            OnnxFailures.Check(OrtApi.SetGlobalIntraOpNumThreads(threading, SharedThreads == 0 ? Environment.ProcessorCount : SharedThreads));
            OnnxFailures.Check(OrtApi.SetGlobalInterOpNumThreads(threading, 1));
            OnnxFailures.Check(OrtApi.SetGlobalSpinControl(threading, 0));
            // What goes wrong is in the status; the library's own log would go to the standard error besides.
            fixed (byte* id = "orrery"u8)
                OnnxFailures.Check(OrtApi.CreateEnvWithGlobalThreadPools(Quiet, id, threading, &env));
        }
        finally
        {
            OrtApi.ReleaseThreadingOptions(threading);
        }

        OnnxFailures.Check(OrtApi.DisableTelemetryEvents(env));
        OnnxFailures.Check(OrtApi.CreateCpuMemoryInfo(allocator: 1, memory: 0, &memory));
        OnnxFailures.Check(OrtApi.GetAllocatorWithDefaultOptions(&allocator));
        return new(version, env, memory, allocator);
    }

    private static string Find(string folder)
    {
        var inside = System.IO.Path.Combine(Package, "bin", "napi-v6", NativePlatform.Npm.Replace('-', '/'));
        var places = LibrarySearch.Places(folder, FileName, inside).ToList();
        return places.Find(File.Exists) ?? throw new OnnxException(
            OnnxErrorCode.LibraryMissing,
            $"ONNX Runtime's library is missing. In a checkout run 'npm ci --ignore-scripts' in the folder native (a build does that when npm is there); "
            + $"elsewhere put {FileName} beside the program. Looked for: {string.Join(", ", places)}");
    }
}
