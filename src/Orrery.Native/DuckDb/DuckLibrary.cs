using System.Runtime.InteropServices;

namespace Orrery.Native;

/// <summary>DuckDB's native library. It is loaded when the first database is opened, and stays. Safe for any thread.</summary>
public static class DuckLibrary
{
    private static readonly Lock Loading = new();
    private static nint _library;

    /// <summary>The file to load, set by the host before the first database is opened; null to look for it (README, "The library").</summary>
    public static string? Path { get; set; }

    /// <summary>DuckDB's version, such as <c>v1.5.6</c>. Loads the library.</summary>
    /// <exception cref="DuckException">The library is missing or does not load.</exception>
    public static string Version
    {
        get
        {
            EnsureLoaded();
            return Failures.Text(NativeMethods.duckdb_library_version());
        }
    }

    internal static void EnsureLoaded()
    {
        _ = Load();
        NativeResolver.Register();
    }

    internal static nint Load()
    {
        lock (Loading)
        {
            if (_library == 0)
                _library = Load(Path, AppContext.BaseDirectory);
            return _library;
        }
    }

    internal static nint Load(string? path, string folder)
    {
        var file = path ?? Find(folder);
        try
        {
            return NativeLibrary.Load(file);
        }
        catch (Exception failure) when (failure is DllNotFoundException or BadImageFormatException)
        {
            throw new DuckException(
                DuckErrorType.LibraryMissing,
                $"DuckDB's library {file} does not load: {failure.Message.ReplaceLineEndings(" ")} It needs a system of {NativePlatform.Rid} "
                + "(on Linux with glibc 2.25 or later and libstdc++; not musl).",
                inner: failure);
        }
    }

    private static string Find(string folder)
    {
        var places = LibrarySearch.Places(folder, NativePlatform.FileName(NativeMethods.Library), $"@duckdb/node-bindings-{NativePlatform.Npm}").ToList();
        return places.Find(File.Exists) ?? throw new DuckException(
            DuckErrorType.LibraryMissing,
            $"DuckDB's library is missing. In a checkout run 'npm ci --ignore-scripts' in the folder native (a build does that when npm is there); "
            + $"elsewhere put {NativePlatform.FileName(NativeMethods.Library)} beside the program. Looked for: {string.Join(", ", places)}");
    }
}
