using System.Runtime.InteropServices;

namespace Orrery.Cli;

/// <summary>Finds the programs that lie beside this one: in its own folder when published, in theirs when built.</summary>
internal static class ServerFile
{
    /// <summary>The server and what runs it: a file to execute and the arguments that come first.</summary>
    /// <exception cref="UsageException">There is none.</exception>
    public static (string File, string[] Arguments) Find() => Find("Orrery.Server", "Orrery.Server", AppContext.BaseDirectory);

    public static (string File, string[] Arguments) Find(string project, string name, string baseFolder)
    {
        var own = baseFolder.TrimEnd(Path.DirectorySeparatorChar);
        // artifacts/bin/Orrery.Cli/release/ and artifacts/bin/Orrery.Server/release/
        var built = Path.GetFullPath(Path.Combine(own, "..", "..", project, Path.GetFileName(own)));
        foreach (var folder in new[] { own, built })
        {
            var library = Path.Combine(folder, name + ".dll");
            var program = Path.Combine(folder, OperatingSystem.IsWindows() ? name + ".exe" : name);
            if (File.Exists(library) && DotnetHost() is { } host)
                return (host, [library]);
            if (File.Exists(program))
                return (program, []);
        }

        throw new UsageException($"{name} is neither in {own} nor in {built}. Build it: dotnet build src/{project}");
    }

    // The program that runs this one, wherever .NET is installed; null when all is in one folder.
    private static string? DotnetHost()
    {
        var runtime = RuntimeEnvironment.GetRuntimeDirectory();
        var host = Path.GetFullPath(Path.Combine(runtime, "..", "..", "..", OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet"));
        return File.Exists(host) ? host : null;
    }
}
