using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Orrery.Cli;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary><c>mlops demo</c>: the built program, the built server and the built story.</summary>
public sealed class DemoVerbTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("orrery-demo-verb-");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task The_story_is_told_on_a_server_that_ends_with_it()
    {
        var port = FreePort();
        var data = Path.Combine(_folder.FullName, "data");
        var (code, output, errors) = await RunAsync("demo", "--exit", "--port", $"{port}", "--data-dir", data);
        Assert.True(code is ExitCodes.Ok, output + errors);
        Assert.Contains($"Starting a server on http://127.0.0.1:{port}", errors, StringComparison.Ordinal);
        Assert.Contains("churn-predictor", output, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(data, "orrery.db")), string.Join(' ', Directory.GetFiles(data)));
        using var http = new HttpClient();
        await Assert.ThrowsAsync<HttpRequestException>(() => http.GetAsync(new Uri($"http://127.0.0.1:{port}/health/ready"), Cancel));
    }

    [Fact]
    public async Task Data_that_is_there_is_left_alone_and_people_and_machines_are_told()
    {
        var file = Path.Combine(_folder.FullName, "thesis.txt");
        await File.WriteAllTextAsync(file, "years", Cancel);
        var (code, output, errors) = await RunAsync("demo", "--exit", "--data-dir", _folder.FullName);
        Assert.Equal((ExitCodes.Usage, ""), (code, output));
        Assert.Equal($"mlops: {_folder.FullName} is not empty, and the demo begins with fresh data.\n", errors);
        (code, output, errors) = await RunAsync("demo", "--exit", "--data-dir", _folder.FullName, "--json");
        Assert.Equal((ExitCodes.Usage, ""), (code, output));
        Assert.Contains("is not empty", (string)JsonNode.Parse(errors)!["message"]!, StringComparison.Ordinal);
        Assert.Equal("years", await File.ReadAllTextAsync(file, Cancel));
        Assert.Single(_folder.GetFileSystemInfos());
    }

    private static async Task<(int Code, string Out, string Error)> RunAsync(params string[] arguments)
    {
        using var process = Mlops.Start(arguments);
        process.StandardInput.Close();
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(Cancel), process.StandardError.ReadToEndAsync(Cancel));
        await process.WaitForExitAsync(Cancel);
        return (process.ExitCode, await output, await errors);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
