using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Orrery.Cli;
using Orrery.Contracts;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary><c>mlops deployments traffic --dry-run</c> against the gates of a real server.</summary>
public sealed class TrafficTrialTests : IAsyncLifetime
{
    private const string Path = "/api/v1/deployments/production/tried";
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("orrery-trial-");
    private ServerProcess _server = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = await StartAsync("none");
        var serving = new ServingServer(_server);
        await serving.RegisterOnnxAsync("tried", OnnxModels.Identity(11, -1, 1));
        await serving.RegisterOnnxAsync("tried", OnnxModels.Identity(11, -1, 1));
        await serving.DeployAsync("production", "tried", ServingServer.Spec(ServingServer.Variant("tried", 1, 90, "stable"), ServingServer.Variant("tried", 2, 10, "canary")));
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _data.Delete(recursive: true);
    }

    [Fact]
    public async Task A_change_is_tried_and_then_made()
    {
        var before = await RevisionAsync();
        var (code, output, errors) = await TryAsync("stable=50", "canary=50");
        Assert.True(code is ExitCodes.Ok, errors);
        Assert.Matches("stable +tried 1 +less +90 % +50 %", output);
        Assert.Matches("canary +tried 2 +more +10 % +50 %", output);
        Assert.Equal($"It would be allowed, as the revision after {before}. Nothing was changed.\n", errors);
        Assert.Equal(before, await RevisionAsync());
        Assert.Equal("It would be allowed, and change nothing.\n", (await TryAsync("stable=90", "canary=10")).Error);

        Assert.Equal(ExitCodes.Ok, (await Mlops.RunAsync(_server, Cancel, "deployments", "traffic", "tried", "stable=50", "canary=50", "-e", "production")).ExitCode);
        Assert.NotEqual(before, await RevisionAsync());
    }

    [Fact]
    public async Task A_change_that_would_be_refused_ends_with_4_and_says_why()
    {
        var before = await RevisionAsync();
        await _server.DisposeAsync();
        _server = await StartAsync("production");

        // What answered before approvals were asked for has one of its own, until somebody ends it.
        var (code, output, errors) = await TryAsync("stable=10", "canary=90", "--json");
        Assert.True(code is ExitCodes.Ok, output + errors);
        var approval = Verdict(output).Variants.Single(static one => one.Name == "canary").Approval!;
        var revoked = await Mlops.RunAsync(_server, Cancel, "approvals", "revoke", approval, "--reason", "It takes everybody for a thief.", "--yes");
        Assert.True(revoked.ExitCode is ExitCodes.Ok, revoked.Error);

        (code, output, errors) = await TryAsync("stable=10", "canary=90");
        Assert.Equal(ExitCodes.Refused, code);
        Assert.True(Regex.IsMatch(output, "canary +tried 2 +more +10 % +90 % +.*does not stand any more: It takes everybody for a thief[.] Deliver"), output);
        Assert.StartsWith("It would be refused (serving.not_approved): ", errors, StringComparison.Ordinal);
        (code, output, errors) = await TryAsync("stable=10", "canary=90", "--json");
        Assert.Equal((ExitCodes.Refused, ""), (code, errors));
        var verdict = Verdict(output);
        Assert.Equal((false, "serving.not_approved", before), (verdict.Allowed, verdict.Code, verdict.Revision));
        // What it foretold is what becomes of it.
        Assert.Equal(ExitCodes.Refused, (await Mlops.RunAsync(_server, Cancel, "deployments", "traffic", "tried", "stable=10", "canary=90", "-e", "production")).ExitCode);
        Assert.Equal(before, await RevisionAsync());
    }

    [Fact]
    public async Task What_is_not_there_and_what_is_no_share_is_told_as_of_a_change()
    {
        Assert.Equal(ExitCodes.NotFound, (await Mlops.RunAsync(_server, Cancel, "deployments", "traffic", "other", "stable=1", "-e", "production", "--dry-run")).ExitCode);
        Assert.Equal(ExitCodes.Usage, (await TryAsync("third=1")).ExitCode);
        Assert.Equal(ExitCodes.Usage, (await TryAsync("stable=much")).ExitCode);
        // A document that is wrong as a whole is told of no variant.
        var (code, output, errors) = await TryAsync("stable=0", "canary=0");
        Assert.Equal((ExitCodes.Refused, ""), (code, output));
        Assert.StartsWith("It would be refused (serving.invalid_spec): ", errors, StringComparison.Ordinal);
    }

    private static DeploymentVerdict Verdict(string json) => JsonSerializer.Deserialize(json, OrreryJson.TypeOf<DeploymentVerdict>())!;

    private Task<(int ExitCode, string Out, string Error)> TryAsync(params string[] words) =>
        Mlops.RunAsync(_server, Cancel, ["deployments", "traffic", "tried", .. words, "-e", "production", "--dry-run"]);

    private Task<ServerProcess> StartAsync(string approved) => ServerProcess.StartAsync(
        ["--log-level", "Warning"], environment: new Dictionary<string, string> { ["Orrery__Serving__ApprovedEnvironments"] = approved }, dataDir: _data.FullName, cancel: Cancel);

    private async Task<long> RevisionAsync() => (long)JsonNode.Parse(await _server.Client.GetStringAsync(new Uri(Path, UriKind.Relative), Cancel))!["revision"]!;
}
