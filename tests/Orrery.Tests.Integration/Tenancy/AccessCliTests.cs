using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>Workspaces and grants by the command line.</summary>
public sealed class AccessCliTests
{
    private const string Password = "plum-tractor-97";
    private static readonly Dictionary<string, string> Root = new() { ["MLFLOW_TRACKING_USERNAME"] = "root", ["MLFLOW_TRACKING_PASSWORD"] = Password };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Answers_say_what_an_object_is_called_and_what_would_be_right()
    {
        await using var server = await ServerProcess.StartAsync(["--log-level", "Warning"], cancel: Cancel);
        var file = Path.Combine(server.DataDir, "password");
        await File.WriteAllTextAsync(file, Password, Cancel);
        await RunAsync(server, 0, "admin", "init", "--name", "root", "--password-file", file);
        await RunAsync(server, 0, "people", "create", "ann", "--password-file", file);
        await RunAsync(server, 0, "experiments", "create", "churn");

        Assert.Contains("experiment/churn", await RunAsync(server, 0, "access", "grant", "Ann", "viewer", "--on", "experiment/churn"), StringComparison.Ordinal);
        Assert.Contains("experiment/churn", await RunAsync(server, 0, "access", "list"), StringComparison.Ordinal);
        Assert.Contains("--everywhere", await RunAsync(server, 2, "access", "grant", "ann", "platform-admin"), StringComparison.Ordinal);
        Assert.Contains("--needs-second-factor", await RunAsync(server, 2, "workspace", "update"), StringComparison.Ordinal);
        Assert.Contains("A Title", await RunAsync(server, 0, "workspace", "update", "--title", "A Title"), StringComparison.Ordinal);
    }

    private static async Task<string> RunAsync(ServerProcess server, int expected, params string[] arguments)
    {
        var (code, said, error) = await Mlops.RunAsync(server, Root, Cancel, arguments);
        Assert.True(code == expected, $"{string.Join(' ', arguments)} ended with {code}, not {expected}: {said} {error}");
        return said + error;
    }
}
