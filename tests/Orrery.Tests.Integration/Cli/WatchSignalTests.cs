using System.Diagnostics;
using System.Runtime.Versioning;
using System.Text.Json.Nodes;
using Orrery.Cli;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>How the built program ends that watches a real server, when somebody has had enough.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class WatchSignalTests(OneServer one) : IClassFixture<OneServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public async Task A_signal_ends_a_watch_with_130_and_without_a_word(string signal)
    {
        using var process = Start("experiments", "list", "--watch", "0.2");
        Assert.StartsWith("ID", await process.StandardOutput.ReadLineAsync(Cancel), StringComparison.Ordinal);
        Assert.Contains("Default", await process.StandardOutput.ReadLineAsync(Cancel), StringComparison.Ordinal);
        var (code, output, errors) = await EndAsync(process, signal);
        Assert.Equal((ExitCodes.Cancelled, "", ""), (code, output, errors));
    }

    [Fact]
    public async Task Machines_have_read_whole_lines_when_it_ends()
    {
        using var process = Start("experiments", "list", "--watch", "0.2", "--json");
        Assert.Equal("Default", (string?)JsonNode.Parse((await process.StandardOutput.ReadLineAsync(Cancel))!)!["name"]);
        var (code, output, errors) = await EndAsync(process, "INT");
        Assert.Equal((ExitCodes.Cancelled, "", ""), (code, output, errors));
    }

    [Fact]
    public async Task A_watch_that_waits_for_a_server_which_is_away_ends_as_well()
    {
        using var process = Start("experiments", "list", "--watch", "0.2");
        Assert.NotNull(await process.StandardOutput.ReadLineAsync(Cancel));
        await one.Process.KillAsync(Cancel);
        // It has noticed.
        Assert.StartsWith("mlops: ", await process.StandardError.ReadLineAsync(Cancel), StringComparison.Ordinal);
        var (code, _, errors) = await EndAsync(process, "INT");
        await one.Process.RestartAsync(Cancel);
        Assert.Equal(ExitCodes.Cancelled, code);
        Assert.DoesNotContain("Unhandled", errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
    }

    // Whoever runs the tests in the background has Ctrl-C ignored, which programs inherit.
    private Process Start(params string[] arguments) => Process.Start(new ProcessStartInfo(
        "env", ["--default-signal=INT", "dotnet", "exec", Mlops.AssemblyFile, .. arguments, "--server", one.Process.BaseAddress.ToString()])
    {
        WorkingDirectory = Path.GetTempPath(),
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        Environment = { ["ORRERY_CONFIG"] = "/nonexistent/orrery.json" },
    })!;

    private static async Task<(int Code, string Out, string Error)> EndAsync(Process process, string signal)
    {
        try
        {
            var (output, errors) = (process.StandardOutput.ReadToEndAsync(Cancel), process.StandardError.ReadToEndAsync(Cancel));
            using (var kill = Process.Start("kill", ["-" + signal, $"{process.Id}"]))
                await kill.WaitForExitAsync(Cancel);
            await process.WaitForExitAsync(Cancel).WaitAsync(TimeSpan.FromSeconds(30), Cancel);
            return (process.ExitCode, await output, await errors);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill();
        }
    }
}
