using System.Diagnostics;
using Orrery.Cli;
using Orrery.Testing;

namespace Orrery.Tests.Integration;

/// <summary>The command line: in this process, which spares each call a start; <see cref="Start"/> and <see cref="RunProcessAsync"/> run the built one.</summary>
internal static class Mlops
{
    /// <summary>The built command line.</summary>
    public static readonly string AssemblyFile = Repository.PathOf(
        "artifacts", "bin", "Orrery.Cli", Path.GetFileName(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar)), "mlops.dll");


    /// <summary>Runs one command line against a server, to its end.</summary>
    public static Task<(int ExitCode, string Out, string Error)> RunAsync(ServerProcess server, CancellationToken cancel, params string[] arguments) =>
        RunAsync(server, environment: null, cancel, arguments);

    /// <summary>The same with variables of the environment, such as those that say who calls.</summary>
    public static async Task<(int ExitCode, string Out, string Error)> RunAsync(
        ServerProcess server, IReadOnlyDictionary<string, string>? environment, CancellationToken cancel, params string[] arguments)
    {
        await using var output = new StringWriter();
        await using var errors = new StringWriter();
        var host = new CliHost(output, errors, name => environment?.GetValueOrDefault(name) ?? OfProcess(name), TimeProvider.System);
        var code = await MlopsCommand.RunAsync([.. arguments, "--server", server.BaseAddress.ToString()], host).WaitAsync(cancel);
        return (code, output.ToString(), errors.ToString());
    }

    // The profiles of whoever runs the tests are theirs.
    private static string? OfProcess(string name) => name is "ORRERY_CONFIG" ? "/nonexistent/orrery.json" : Environment.GetEnvironmentVariable(name);

    /// <summary>Runs the built command line against a server, as a process of its own.</summary>
    public static async Task<(int ExitCode, string Out, string Error)> RunProcessAsync(ServerProcess server, CancellationToken cancel, params string[] arguments)
    {
        using var process = Start([.. arguments, "--server", server.BaseAddress.ToString()]);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(cancel);
        var errors = process.StandardError.ReadToEndAsync(cancel);
        await process.WaitForExitAsync(cancel);
        return (process.ExitCode, await output, await errors);
    }

    public static Process Start(params IEnumerable<string> arguments) => Process.Start(new ProcessStartInfo("dotnet", ["exec", AssemblyFile, .. arguments])
    {
        WorkingDirectory = Path.GetTempPath(),
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        Environment = { ["ORRERY_CONFIG"] = "/nonexistent/orrery.json" },
    })!;
}
