using System.Text.Json;
using Orrery.Contracts;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>Approvals on a real server with identity, by the command line, also when it is killed.</summary>
public sealed class ApprovalServerTests : IAsyncLifetime
{
    private const string Password = "plum-tractor-97";
    private const string Why = "Better on the new season";
    private readonly string _folder = Directory.CreateTempSubdirectory("orrery-approvals-").FullName;
    private ServerProcess _server = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = await ServerProcess.StartAsync(
            ["--log-level", "Warning"], new Dictionary<string, string> { ["Orrery__Serving__ApprovedEnvironments"] = "production" }, cancel: Cancel);
        await File.WriteAllTextAsync(Path.Combine(_folder, "password"), Password + "\n", Cancel);
        await OkAsync(null, "admin", "init", "--name", "root", "--password-file", Path.Combine(_folder, "password"));
        foreach (var (name, role) in new[] { ("ann", "manager"), ("vera", "vp-engineering"), ("dan", "data-scientist") })
        {
            await OkAsync("root", "people", "create", name, "--password-file", Path.Combine(_folder, "password"));
            await OkAsync("root", "access", "grant", name, role);
        }

        await OkAsync("root", "models", "create", "churn");
        await OkAsync("root", "models", "register", "churn", "s3://bucket/path");
        // The job that reads packages has to have looked.
        await Eventually.HoldsAsync("the package was read and approval asked for", async () => (await RunAsync("dan", "approvals", "request", "churn", "1", "-j", Why)).ExitCode == 0);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task The_road_of_an_approval_by_the_command_line()
    {
        // Nobody has answered for the model's risk: that counts as high.
        var asked = Json<ApprovalPage>(await OkAsync("dan", "approvals", "list", "--state", "pending", "--json")).Approvals.Single();
        Assert.Equal(("churn", "high", "dan"), (asked.Model, asked.Tier, asked.RequestedBy));
        Assert.Contains("vp-engineering (required): empty", await OkAsync("dan", "approvals", "show", asked.Id), StringComparison.Ordinal);
        Assert.Contains(asked.Id, await OkAsync("vera", "approvals", "list", "--mine"), StringComparison.Ordinal);
        Assert.Empty(Json<ApprovalPage>(await OkAsync("dan", "approvals", "list", "--mine", "--json")).Approvals);
        Assert.Equal(1, (await RunAsync("dan", "approvals", "show", asked.Id, "--token")).ExitCode);
        await OkAsync("vera", "approvals", "comment", asked.Id, "Where was it tried?");
        Assert.Contains(asked.Id, await OkAsync("vera", "approvals", "agenda"), StringComparison.Ordinal);
        Assert.Equal(asked.Id, Json<BoardAgenda>(await OkAsync("vera", "approvals", "agenda", "--json")).Items.Single().Id);
        await OkAsync("vera", "approvals", "agenda", "--html", Path.Combine(_folder, "agenda.html"));
        Assert.Contains("Change advisory board", await File.ReadAllTextAsync(Path.Combine(_folder, "agenda.html"), Cancel), StringComparison.Ordinal);

        // Roads around: who asked, whose role is another's, and MLflow's own.
        Assert.Equal(4, (await RunAsync("dan", "approvals", "approve", asked.Id)).ExitCode);
        Assert.Contains("governance.approval_role", (await RunAsync("ann", "approvals", "approve", asked.Id, "--json")).Error, StringComparison.Ordinal);
        Assert.Contains("may not go to production", (await RunAsync("root", "models", "stage", "churn", "1", "Production", "--json")).Error, StringComparison.Ordinal);
        Assert.Equal(4, (await RunAsync("root", "models", "alias", "churn", "production", "1")).ExitCode);

        Assert.Equal("pending", Json<Approval>(await OkAsync("vera", "approvals", "approve", asked.Id, "--json", "--comment", "Seen.")).State);
        Assert.Equal(4, (await RunAsync("vera", "approvals", "withdraw", asked.Id)).ExitCode);
        Assert.Equal("withdrawn", Json<Approval>(await OkAsync("dan", "approvals", "withdraw", asked.Id, "--json")).State);

        // A waiver is one person's, and stands at once.
        var waiver = Json<Approval>(await OkAsync("dan", "approvals", "waive", "churn", "1", "-j", "It is on fire", "--hours", "2", "--json"));
        Assert.Equal(4, (await RunAsync("dan", "approvals", "approve", waiver.Id)).ExitCode);
        Assert.Equal("approved", Json<Approval>(await OkAsync("ann", "approvals", "approve", waiver.Id, "--json")).State);
        var token = ApprovalToken.Parse((await OkAsync("dan", "approvals", "show", waiver.Id, "--token")).Trim())!;
        Assert.Equal((waiver.Id, "waiver"), (token.Id, token.Kind));
        await OkAsync("root", "models", "stage", "churn", "1", "Production");
        await Eventually.HoldsAsync("the register of exceptions lists the waiver", async () => (await RegisterAsync()).Contains($"waiver-{waiver.Id}", StringComparison.Ordinal));
        var review = Json<ApprovalReviewPage>(await OkAsync("vera", "approvals", "reviews", "--json")).Reviews.Single();
        Assert.Equal(2, (await RunAsync("vera", "approvals", "reviews", "--complete", review.Id)).ExitCode);
        Assert.Contains("is done", await OkAsync("vera", "approvals", "reviews", "--complete", review.Id, "--notes", "It was."), StringComparison.Ordinal);

        Assert.Equal("revoked", Json<Approval>(await OkAsync("vera", "approvals", "revoke", waiver.Id, "--reason", "Over.", "--json")).State);
        Assert.Equal(4, (await RunAsync("root", "models", "alias", "churn", "production", "1")).ExitCode);

        var again = Json<Approval>(await OkAsync("dan", "approvals", "request", "churn", "1", "-j", Why, "--json"));
        Assert.Equal("rejected", Json<Approval>(await OkAsync("vera", "approvals", "reject", again.Id, "--reason", "No.", "--json")).State);
        Assert.Equal(2, (await RunAsync("vera", "approvals", "approve", again.Id, "--condition", "nonsense")).ExitCode);
    }

    [Fact]
    public async Task A_delegation_by_the_command_line()
    {
        var asked = Json<ApprovalPage>(await OkAsync("dan", "approvals", "list", "--state", "pending", "--json")).Approvals.Single();
        Assert.Equal(4, (await RunAsync("ann", "approvals", "approve", asked.Id)).ExitCode);
        Assert.NotEqual(0, (await RunAsync("dan", "approvals", "delegate", "vp-engineering", "--to", "ann")).ExitCode);

        var given = Json<ApprovalDelegation>(await OkAsync("vera", "approvals", "delegate", "vp-engineering", "--to", "ann", "--reason", "on leave", "--json"));
        Assert.Equal(("vera", "ann", "on leave"), (given.From, given.To, given.Reason));
        Assert.InRange((given.EndsAt - given.StartsAt).TotalDays, 13.9, 14.1);
        Assert.Contains("ann may decide as vp-engineering for vera", await OkAsync("vera", "approvals", "delegate", "vp-engineering", "--to", "ann"), StringComparison.Ordinal);
        Assert.Contains("on leave", await OkAsync("dan", "approvals", "delegations"), StringComparison.Ordinal);
        Assert.Equal(2, Json<ApprovalDelegationPage>(await OkAsync("dan", "approvals", "delegations", "--json")).Delegations.Count);
        Assert.Equal(3, (await RunAsync("dan", "approvals", "undelegate", given.Id)).ExitCode);
        Assert.Contains("is taken back", (await RunAsync("vera", "approvals", "undelegate", given.Id)).Error, StringComparison.Ordinal);
        await OkAsync("ann", "approvals", "approve", asked.Id);
        Assert.DoesNotContain("vp-engineering (required): empty", await OkAsync("dan", "approvals", "show", asked.Id), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Workflows_by_the_command_line()
    {
        var file = Path.Combine(_folder, "high.yaml");
        var yaml = await OkAsync("dan", "workflow", "show", "high-risk");
        await File.WriteAllTextAsync(file, yaml.Replace("quorum: 4", "quorum: 5", StringComparison.Ordinal), Cancel);
        Assert.Contains("is a workflow", await OkAsync("dan", "workflow", "validate", file), StringComparison.Ordinal);
        Assert.Equal(4, (await RunAsync("dan", "workflow", "set", file)).ExitCode);
        Assert.Contains("is version 1", await OkAsync("root", "workflow", "set", file), StringComparison.Ordinal);
        Assert.Contains("quorum: 5", await OkAsync("dan", "workflow", "show", "high-risk"), StringComparison.Ordinal);
        Assert.Contains("quorum: 4", await OkAsync("dan", "workflow", "show", "high-risk", "--version", "0"), StringComparison.Ordinal);
        Assert.Equal(1, Json<ApprovalWorkflowList>(await OkAsync("dan", "workflow", "list", "--json")).Workflows.Single(static one => one.Name == "high-risk").Version);
        await File.WriteAllTextAsync(file, "name: high-risk", Cancel);
        Assert.Equal(2, (await RunAsync("dan", "workflow", "validate", file)).ExitCode);
        using var schema = await _server.Client.GetAsync("/api/v1/approval-workflows/schema.json", Cancel);
        Assert.Equal("application/schema+json", schema.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task Killed_at_the_decision_it_stands_with_its_token_or_not_at_all()
    {
        var waiver = Json<Approval>(await OkAsync("dan", "approvals", "waive", "churn", "1", "-j", "It is on fire", "--json"));
        for (var attempt = 0; attempt < 3; attempt++)
        {
            var decided = RunAsync("ann", "approvals", "approve", waiver.Id);
            // A little later each time.
            for (var calls = 0; calls < attempt; calls++)
                (await _server.Client.GetAsync("/health/live", Cancel)).Dispose();
            await _server.KillAsync(Cancel);
            await decided;
            await _server.RestartAsync(Cancel);
            var now = Json<Approval>(await OkAsync("dan", "approvals", "show", waiver.Id, "--json"));
            Assert.Equal(now.State == "approved", now.Token is not null);
            Assert.Equal(now.State == "approved", now.Stages[0].Seats.Any(static seat => seat.Decision is not null));
        }

        if ((await RunAsync("ann", "approvals", "approve", waiver.Id)).ExitCode != 0)
            Assert.Equal("approved", Json<Approval>(await OkAsync("dan", "approvals", "show", waiver.Id, "--json")).State);
        Assert.Single(Json<ApprovalReviewPage>(await OkAsync("vera", "approvals", "reviews", "--json")).Reviews);
    }

    private async Task<string> RegisterAsync()
    {
        using var asked = new HttpRequestMessage(HttpMethod.Get, "/api/v1/exceptions");
        asked.Headers.Authorization = new("Basic", Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"root:{Password}")));
        using var answer = await _server.Client.SendAsync(asked, Cancel);
        return await answer.Content.ReadAsStringAsync(Cancel);
    }

    private static T Json<T>(string text) => JsonSerializer.Deserialize<T>(text, OrreryJson.Options)!;

    private async Task<string> OkAsync(string? name, params string[] arguments)
    {
        var (code, output, errors) = await RunAsync(name, arguments);
        Assert.True(code == 0, $"{string.Join(' ', arguments)}: {code}\n{errors}\n{output}");
        return output;
    }

    private Task<(int ExitCode, string Out, string Error)> RunAsync(string? name, params string[] arguments) => Mlops.RunAsync(
        _server, name is null ? null : new Dictionary<string, string> { ["MLFLOW_TRACKING_USERNAME"] = name, ["MLFLOW_TRACKING_PASSWORD"] = Password }, Cancel, arguments);
}
