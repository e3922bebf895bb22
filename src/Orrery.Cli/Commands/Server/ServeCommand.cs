using System.CommandLine;
using System.Diagnostics;

namespace Orrery.Cli;

/// <summary>
/// <c>mlops serve</c>: becomes the server, so that signals, memory and exit code are the server's own. Where a process cannot become
/// another, watches it as a child.
/// </summary>
internal static class ServeCommand
{
    // For the help only: the command line never gets here.
    public static Command Create() => new("serve", "Run the server. All that follows is passed to it; 'mlops serve --help' lists its flags.")
    {
        TreatUnmatchedTokensAsErrors = false,
    };

    public static async Task<int> RunAsync(string[] flags, CliHost host)
    {
        string file;
        string[] first;
        try
        {
            (file, first) = ServerFile.Find();
        }
        catch (UsageException missing)
        {
            host.Error.WriteLine("mlops: " + missing.Message);
            return ExitCodes.Failed;
        }

        await host.Out.FlushAsync();
        ProcessImage.TryReplace(file, [.. first, .. flags]);
        return await WatchAsync(file, [.. first, .. flags]);
    }

    private static async Task<int> WatchAsync(string file, string[] arguments)
    {
        // Ctrl-C reaches the child by itself; this process only must outlive it.
        Console.CancelKeyPress += (_, pressed) => pressed.Cancel = true;
        using var server = Process.Start(new ProcessStartInfo(file, arguments))!;
        await server.WaitForExitAsync();
        return server.ExitCode;
    }
}
