using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Orrery.Client;

namespace Orrery.Cli;

/// <summary><c>mlops demo</c>: a server with fresh data, and the churn story told on it.</summary>
internal static class DemoCommand
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(100);

    public static Command Create()
    {
        var port = new Option<int>("--port") { Description = "Port of the server on 127.0.0.1", DefaultValueFactory = _ => 5000 };
        var exit = Verb.Flag("--exit", "End the server after the story");
        var folder = Verb.Text("--data-dir", "Folder for the server's data, which must be empty; a temporary one without", "folder");
        var command = new Command("demo", "Start a server with fresh data and run the churn story on it.") { port, exit, folder };
        return command.Does(async session =>
        {
            var data = FreshFolder(session.Args.GetValue(folder));
            var url = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{session.Args.GetValue(port)}"));
            session.Output.Remark($"Starting a server on {url} with its data in {data} ...");
            using var server = StartServer(url, data);
            try
            {
                await ReadyAsync(server, url, session.Cancel);
                var told = await TellAsync(url, session.Cancel);
                if (told is not ExitCodes.Ok || session.Args.GetValue(exit))
                    return told is ExitCodes.Ok ? ExitCodes.Ok : ExitCodes.Failed;
                session.Output.Remark($"The server keeps running: {url}\nMLFLOW_TRACKING_URI={url} ./mlops runs list\nCtrl-C ends it.");
                await server.WaitForExitAsync(session.Cancel);
                return ExitCodes.Ok;
            }
            finally
            {
                await StopAsync(server);
            }
        });
    }

    private static string FreshFolder(string? wanted)
    {
        if (wanted is null)
            return Directory.CreateTempSubdirectory("orrery-demo-").FullName;
        var folder = Directory.CreateDirectory(wanted);
        if (folder.EnumerateFileSystemInfos().Any())
            throw new UsageException($"{folder.FullName} is not empty, and the demo begins with fresh data.");
        return folder.FullName;
    }

    private static Process StartServer(Uri url, string data)
    {
        var (file, first) = ServerFile.Find();
        string[] flags = ["--urls", url.GetLeftPart(UriPartial.Authority), "--data-dir", data, "--log-level", "Warning"];
        return Process.Start(new ProcessStartInfo(file, [.. first, .. flags]))!;
    }

    private static async Task ReadyAsync(Process server, Uri url, CancellationToken cancel)
    {
        using var http = new HttpClient { BaseAddress = url, Timeout = TimeSpan.FromSeconds(2) };
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(Patience);
        while (true)
        {
            // Its own words are on standard error already.
            if (server.HasExited)
                throw new IOException($"The server ended with code {server.ExitCode} before it was ready.");
            try
            {
                using var answer = await http.GetAsync(new Uri("health/ready", UriKind.Relative), patience.Token);
                if (answer.IsSuccessStatusCode)
                    return;
            }
            catch (Exception early) when (early is HttpRequestException or TaskCanceledException && !patience.IsCancellationRequested)
            {
                // Not listening yet.
            }
            catch (OperationCanceledException late) when (!cancel.IsCancellationRequested)
            {
                throw new OrreryConnectionException(url, $"not ready within {Patience.TotalSeconds} seconds.", late);
            }

            await Task.Delay(Glance, cancel);
        }
    }

    private static async Task<int> TellAsync(Uri url, CancellationToken cancel)
    {
        var (file, first) = ServerFile.Find("Churn.Training", "Churn", AppContext.BaseDirectory);
        string[] flags = ["--tracking-uri", url.GetLeftPart(UriPartial.Authority)];
        using var story = Process.Start(new ProcessStartInfo(file, [.. first, .. flags]))!;
        await story.WaitForExitAsync(cancel);
        return story.ExitCode;
    }

    // It has the terminal's Ctrl-C already; a second signal only repeats it.
    private static async Task StopAsync(Process server)
    {
        if (server.HasExited)
            return;
        Signal.Terminate(server);
        await server.WaitForExitAsync(CancellationToken.None);
    }
}
