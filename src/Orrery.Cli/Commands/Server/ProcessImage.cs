using System.Runtime.InteropServices;

namespace Orrery.Cli;

/// <summary>Replaces this process by another program, on Unix.</summary>
internal static partial class ProcessImage
{
    /// <summary>Returns only when it did not work.</summary>
    public static void TryReplace(string file, IEnumerable<string> arguments)
    {
        if (OperatingSystem.IsWindows())
            return;
        string?[] argv = [file, .. arguments, null];
        _ = Execute(file, argv);
    }

    [LibraryImport("libc", EntryPoint = "execv", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Execute(string path, string?[] argv);
}
