using System.Diagnostics;
using Orrery.Testing;

namespace Orrery.Tests.Integration;

/// <summary>The built command line as a process of its own.</summary>
internal static class Mlops
{
    private static readonly string Assembly = Repository.PathOf(
        "artifacts", "bin", "Orrery.Cli", Path.GetFileName(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar)), "mlops.dll");

    public static Process Start(params IEnumerable<string> arguments) => Process.Start(new ProcessStartInfo("dotnet", ["exec", Assembly, .. arguments])
    {
        WorkingDirectory = Path.GetTempPath(),
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!;

    /// <summary>Runs one command line against a server, to its end.</summary>
    public static async Task<(int ExitCode, string Out, string Error)> RunAsync(ServerProcess server, CancellationToken cancel, params string[] arguments)
    {
        using var process = Start([.. arguments, "--server", server.BaseAddress.ToString()]);
        var output = process.StandardOutput.ReadToEndAsync(cancel);
        var errors = process.StandardError.ReadToEndAsync(cancel);
        await process.WaitForExitAsync(cancel);
        return (process.ExitCode, await output, await errors);
    }
}
