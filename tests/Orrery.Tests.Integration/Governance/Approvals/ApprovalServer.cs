using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>A server where production needs approval, with identity and people of several roles, for all tests of a class or for one.</summary>
public sealed class ApprovalServer : IAsyncLifetime
{
    /// <summary>Everybody's.</summary>
    public const string Password = "plum-tractor-97";

    private readonly string _folder = Directory.CreateTempSubdirectory("orrery-approvals-").FullName;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>The server.</summary>
    public ServerProcess Process { get; private set; } = null!;

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        Process = await ServerProcess.StartAsync(
            ["--log-level", "Warning"], new Dictionary<string, string> { ["Orrery__Serving__ApprovedEnvironments"] = "production" }, cancel: Cancel);
        await File.WriteAllTextAsync(PathOf("password"), Password + "\n", Cancel);
        await OkAsync(null, "admin", "init", "--name", "root", "--password-file", PathOf("password"));
        foreach (var (name, role) in new[] { ("ann", "manager"), ("vera", "vp-engineering"), ("dan", "data-scientist") })
        {
            await OkAsync("root", "people", "create", name, "--password-file", PathOf("password"));
            await OkAsync("root", "access", "grant", name, role);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Process.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>A file of the tests.</summary>
    public string PathOf(string file) => Path.Combine(_folder, file);

    /// <summary>Registers a model, for whose first version dan asks approval.</summary>
    public async Task AskForAsync(string model, string why)
    {
        await OkAsync("root", "models", "create", model);
        await OkAsync("root", "models", "register", model, "s3://bucket/path");
        // The job that reads packages has to have looked.
        await Eventually.HoldsAsync("the package was read and approval asked for", async () => (await RunAsync("dan", "approvals", "request", model, "1", "-j", why)).ExitCode == 0);
    }

    /// <summary>What the command line prints for somebody, which must succeed.</summary>
    public async Task<string> OkAsync(string? name, params string[] arguments)
    {
        var (code, output, errors) = await RunAsync(name, arguments);
        Assert.True(code == 0, $"{string.Join(' ', arguments)}: {code}\n{errors}\n{output}");
        return output;
    }

    /// <summary>Runs the command line as somebody.</summary>
    public Task<(int ExitCode, string Out, string Error)> RunAsync(string? name, params string[] arguments) => Mlops.RunAsync(
        Process, name is null ? null : new Dictionary<string, string> { ["MLFLOW_TRACKING_USERNAME"] = name, ["MLFLOW_TRACKING_PASSWORD"] = Password }, Cancel, arguments);
}
