using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

public sealed class StartTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_wrong_configuration_ends_the_start_with_78_and_lists_every_problem()
    {
        var (code, output, errors) = await ServerProcess.RunToEndAsync(
            ["--urls", "http://0.0.0.0:0", "--log-level", "loud"],
            new Dictionary<string, string> { ["Orrery__Otlp__HeadersFile"] = "/no/such/file" },
            Cancel);
        Assert.Equal(78, code);
        Assert.Empty(output);
        Assert.Contains("2 problems", errors, StringComparison.Ordinal);
        Assert.Contains("Orrery:Log:Level is 'loud'", errors, StringComparison.Ordinal);
        Assert.Contains("'/no/such/file' cannot be read", errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_data_folder_that_cannot_be_made_ends_the_start_with_78()
    {
        var (code, _, errors) = await ServerProcess.RunToEndAsync(["--urls", "http://127.0.0.1:0", "--data-dir", "/proc/nowhere"], cancel: Cancel);
        Assert.Equal(78, code);
        Assert.Contains("Orrery:DataDir '/proc/nowhere' cannot be written", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_that_is_taken_ends_the_start_with_69_in_plain_words()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var data = Directory.CreateTempSubdirectory();
        try
        {
            var (code, output, errors) = await ServerProcess.RunToEndAsync(
                ["--urls", $"http://{taken.LocalEndpoint}", "--data-dir", data.FullName], cancel: Cancel);
            Assert.Equal(69, code);
            Assert.Contains("address already in use", errors, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", output + errors, StringComparison.Ordinal);
        }
        finally
        {
            data.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task A_second_server_on_the_same_data_ends_with_69_and_says_what_to_do()
    {
        await using var first = await ServerProcess.StartAsync(cancel: Cancel);
        var (code, output, errors) = await ServerProcess.RunToEndAsync(["--urls", "http://127.0.0.1:0", "--data-dir", first.DataDir], cancel: Cancel);
        Assert.Equal(69, code);
        Assert.Contains("--data-dir", errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output + errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_with_another_secrets_key_than_its_database_ends_with_78()
    {
        var data = Directory.CreateTempSubdirectory();
        try
        {
            string[] arguments = ["--urls", "http://127.0.0.1:0", "--data-dir", data.FullName];
            await using (await ServerProcess.StartAsync(["--data-dir", data.FullName], cancel: Cancel))
            {
            }

            var key = Path.Combine(data.FullName, "secrets.key");
            var right = await File.ReadAllTextAsync(key, Cancel);
            await File.WriteAllTextAsync(key, Convert.ToBase64String(new byte[32]), Cancel);
            var (code, output, errors) = await ServerProcess.RunToEndAsync(arguments, cancel: Cancel);
            Assert.Equal(78, code);
            Assert.Contains("sealed with another key", errors, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", output + errors, StringComparison.Ordinal);

            await File.WriteAllTextAsync(key, "no key", Cancel);
            Assert.Equal(78, (await ServerProcess.RunToEndAsync(arguments, cancel: Cancel)).ExitCode);

            await File.WriteAllTextAsync(key, right, Cancel);
            await using var again = await ServerProcess.StartAsync(["--data-dir", data.FullName], cancel: Cancel);
        }
        finally
        {
            data.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Settings_may_come_from_a_json_file()
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, """{"Orrery":{"Http":{"KeepAlive":"never"}}}""", Cancel);
            var (code, _, errors) = await ServerProcess.RunToEndAsync(["--config", file, "--urls", "http://127.0.0.1:0"], cancel: Cancel);
            Assert.Equal(78, code);
            Assert.Contains("Orrery:Http:KeepAlive is 'never'", errors, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task Help_and_version_are_printed()
    {
        var help = await ServerProcess.RunToEndAsync(["--help"], cancel: Cancel);
        Assert.Equal(0, help.ExitCode);
        Assert.Contains("--data-dir", help.Output, StringComparison.Ordinal);
        var version = await ServerProcess.RunToEndAsync(["--version"], cancel: Cancel);
        Assert.Equal(0, version.ExitCode);
        Assert.Matches(@"^\d+\.\d+\.\d+", version.Output);
    }

    [Fact]
    public async Task A_server_greets_in_one_line_and_logs_failures_only()
    {
        await using var server = await ServerProcess.StartAsync(["--log-format", "json"], cancel: Cancel);
        using var request = new HttpRequestMessage(HttpMethod.Get, "nothing/here?secret=hunter2");
        request.Headers.Add("X-Request-Id", "trace-me-17");
        using var missing = await server.Client.SendAsync(request, Cancel);
        Assert.Equal("trace-me-17", missing.Headers.GetValues("X-Request-Id").Single());
        Assert.Equal("OK", await server.Client.GetStringAsync(new Uri("health", UriKind.Relative), Cancel));
        Assert.Equal(0, await server.TerminateAsync(Cancel));

        var lines = server.StandardOutput.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        foreach (var line in lines)
            JsonDocument.Parse(line).Dispose();
        Assert.Single(lines, line => line.Contains($"listens on http://127.0.0.1:{server.Port}", StringComparison.Ordinal));
        var failed = Assert.Single(lines, line => line.Contains("/nothing/here", StringComparison.Ordinal));
        Assert.Contains("trace-me-17", failed, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", server.StandardOutput, StringComparison.Ordinal);
        Assert.DoesNotContain("/health", server.StandardOutput, StringComparison.Ordinal);
        Assert.Empty(server.StandardError);
    }

    [Fact]
    public async Task A_killed_server_starts_again_on_its_port_and_data()
    {
        await using var server = await ServerProcess.StartAsync(cancel: Cancel);
        var (port, process) = (server.Port, server.ProcessId);
        await server.KillAsync(Cancel);
        Assert.False(server.IsRunning);
        await server.RestartAsync(Cancel);
        Assert.Equal(port, server.Port);
        Assert.NotEqual(process, server.ProcessId);
        Assert.Equal("3.3.0", await server.Client.GetStringAsync(new Uri("version", UriKind.Relative), Cancel));
    }

    [Fact]
    public async Task A_stopping_server_is_not_ready_but_answers_while_it_drains()
    {
        await using var server = await ServerProcess.StartAsync(["--Orrery:DrainDelay", "2s"], cancel: Cancel);
        server.SendTerminate();
        HttpStatusCode status;
        do
        {
            using var ready = await server.Client.GetAsync(new Uri("health/ready", UriKind.Relative), Cancel);
            status = ready.StatusCode;
        }
        while (status is HttpStatusCode.OK);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Equal("OK", await server.Client.GetStringAsync(new Uri("health", UriKind.Relative), Cancel));
        Assert.Equal(0, await server.WaitForEndAsync(Cancel));
    }
}
