using System.Runtime.InteropServices;

namespace Orrery.Native;

/// <summary>How this machine is called: by .NET (<c>linux-x64</c>) and by npm (<c>linux-x64</c>, <c>win32-x64</c>, <c>darwin-arm64</c>).</summary>
internal static class NativePlatform
{
    private static readonly string Processor = RuntimeInformation.ProcessArchitecture is Architecture.Arm64 ? "arm64" : "x64";

    public static string Rid { get; } = $"{(OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "osx" : "linux")}-{Processor}";

    public static string Npm { get; } = $"{(OperatingSystem.IsWindows() ? "win32" : OperatingSystem.IsMacOS() ? "darwin" : "linux")}-{Processor}";

    /// <summary>A library's file name: <c>libduckdb.so</c>, <c>libduckdb.dylib</c>, <c>duckdb.dll</c>.</summary>
    public static string FileName(string library) =>
        OperatingSystem.IsWindows() ? $"{library}.dll" : $"lib{library}{(OperatingSystem.IsMacOS() ? ".dylib" : ".so")}";
}
