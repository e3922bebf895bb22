using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Orrery.Cli;

/// <summary>Asks a process to end.</summary>
internal static partial class Signal
{
    private const int Term = 15;

    public static void Terminate(Process process)
    {
        if (OperatingSystem.IsWindows())
            process.Kill(entireProcessTree: true);
        else
            _ = Send(process.Id, Term);
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Send(int process, int signal);
}
