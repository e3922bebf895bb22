using System.Diagnostics;
using Orrery.Testing;

namespace Orrery.Tests.Integration;

/// <summary>The built command line as a process of its own.</summary>
internal static class Mlops
{
    private static readonly string Assembly = Repository.PathOf(
        "artifacts", "bin", "Orrery.Cli", Path.GetFileName(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar)), "mlops.dll");

    public static Process Start(params IEnumerable<string> arguments) => Start(environment: null, arguments);

    /// <summary>Runs one command line against a server, to its end.</summary>
    public static Task<(int ExitCode, string Out, string Error)> RunAsync(ServerProcess server, CancellationToken cancel, params string[] arguments) =>
        RunAsync(server, environment: null, cancel, arguments);

    /// <summary>The same with variables of the environment, such as those that say who calls.</summary>
    public static async Task<(int ExitCode, string Out, string Error)> RunAsync(
        ServerProcess server, IReadOnlyDictionary<string, string>? environment, CancellationToken cancel, params string[] arguments)
    {
        using var process = Start(environment, [.. arguments, "--server", server.BaseAddress.ToString()]);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(cancel);
        var errors = process.StandardError.ReadToEndAsync(cancel);
        await process.WaitForExitAsync(cancel);
        return (process.ExitCode, await output, await errors);
    }

    private static Process Start(IReadOnlyDictionary<string, string>? environment, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("dotnet", ["exec", Assembly, .. arguments])
        {
            WorkingDirectory = Path.GetTempPath(),
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        return Process.Start(start)!;
    }
}
