using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Xunit;

namespace Orrery.Tests.Integration;

public sealed class ServeTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Serve_becomes_the_server_and_ends_in_order_on_sigterm()
    {
        var data = Directory.CreateTempSubdirectory("orrery-serve-");
        var port = FreePort();
        using var process = Mlops.Start("serve", "--urls", $"http://127.0.0.1:{port}", "--data-dir", data.FullName);
        try
        {
            await ReadyAsync(process, port);

            // The process that was started is the server itself, not one that watches it.
            var program = await File.ReadAllTextAsync($"/proc/{process.Id}/cmdline", Cancel);
            Assert.Contains("Orrery.Server.dll", program, StringComparison.Ordinal);
            Assert.DoesNotContain("mlops", program, StringComparison.Ordinal);

            using (var signal = Process.Start("kill", ["-TERM", $"{process.Id}"]))
                await signal.WaitForExitAsync(Cancel);
            await process.WaitForExitAsync(Cancel);
            Assert.Equal(0, process.ExitCode);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill();
            data.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Serve_passes_flags_on_and_the_servers_exit_code_back()
    {
        using var process = Mlops.Start("serve", "--no-such-flag");
        var errors = await process.StandardError.ReadToEndAsync(Cancel);
        await process.WaitForExitAsync(Cancel);

        Assert.Equal(78, process.ExitCode);
        Assert.Contains("--no-such-flag", errors, StringComparison.Ordinal);
    }

    private static async Task ReadyAsync(Process process, int port)
    {
        using var http = new HttpClient();
        while (true)
        {
            Assert.False(process.HasExited);
            try
            {
                using var answer = await http.GetAsync(new Uri($"http://127.0.0.1:{port}/health/ready"), Cancel);
                if (answer.StatusCode is HttpStatusCode.OK)
                    return;
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), Cancel);
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
