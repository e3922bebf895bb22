using System.Text.Json;
using Orrery.Contracts;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>Approvals on a real server with identity, by the command line, also when it is killed.</summary>
public sealed class ApprovalServerTests(ApprovalServer server) : IClassFixture<ApprovalServer>
{
    private const string Why = "Better on the new season";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_road_of_an_approval_by_the_command_line()
    {
        const string Model = "churn";
        await server.AskForAsync(Model, Why);
        // Nobody has answered for the model's risk: that counts as high.
        var asked = Json<ApprovalPage>(await server.OkAsync("dan", "approvals", "list", "--state", "pending", "--json")).Approvals.Single(static one => one.Model == Model);
        Assert.Equal((Model, "high", "dan"), (asked.Model, asked.Tier, asked.RequestedBy));
        Assert.Contains("vp-engineering (required): empty", await server.OkAsync("dan", "approvals", "show", asked.Id), StringComparison.Ordinal);
        Assert.Contains(asked.Id, await server.OkAsync("vera", "approvals", "list", "--mine"), StringComparison.Ordinal);
        Assert.Empty(Json<ApprovalPage>(await server.OkAsync("dan", "approvals", "list", "--mine", "--json")).Approvals);
        Assert.Equal(1, (await server.RunAsync("dan", "approvals", "show", asked.Id, "--token")).ExitCode);
        await server.OkAsync("vera", "approvals", "comment", asked.Id, "Where was it tried?");
        Assert.Contains(asked.Id, await server.OkAsync("vera", "approvals", "agenda"), StringComparison.Ordinal);
        Assert.Equal(asked.Id, Json<BoardAgenda>(await server.OkAsync("vera", "approvals", "agenda", "--json")).Items.Single(static one => one.Model == Model).Id);
        await server.OkAsync("vera", "approvals", "agenda", "--html", server.PathOf("agenda.html"));
        Assert.Contains("Change advisory board", await File.ReadAllTextAsync(server.PathOf("agenda.html"), Cancel), StringComparison.Ordinal);

        // Roads around: who asked, whose role is another's, and MLflow's own.
        Assert.Equal(4, (await server.RunAsync("dan", "approvals", "approve", asked.Id)).ExitCode);
        Assert.Contains("governance.approval_role", (await server.RunAsync("ann", "approvals", "approve", asked.Id, "--json")).Error, StringComparison.Ordinal);
        Assert.Contains("may not go to production", (await server.RunAsync("root", "models", "stage", Model, "1", "Production", "--json")).Error, StringComparison.Ordinal);
        Assert.Equal(4, (await server.RunAsync("root", "models", "alias", Model, "production", "1")).ExitCode);

        Assert.Equal("pending", Json<Approval>(await server.OkAsync("vera", "approvals", "approve", asked.Id, "--json", "--comment", "Seen.")).State);
        Assert.Equal(4, (await server.RunAsync("vera", "approvals", "withdraw", asked.Id)).ExitCode);
        Assert.Equal("withdrawn", Json<Approval>(await server.OkAsync("dan", "approvals", "withdraw", asked.Id, "--json")).State);

        // A waiver is one person's, and stands at once.
        var waiver = Json<Approval>(await server.OkAsync("dan", "approvals", "waive", Model, "1", "-j", "It is on fire", "--hours", "2", "--json"));
        Assert.Equal(4, (await server.RunAsync("dan", "approvals", "approve", waiver.Id)).ExitCode);
        Assert.Equal("approved", Json<Approval>(await server.OkAsync("ann", "approvals", "approve", waiver.Id, "--json")).State);
        var token = ApprovalToken.Parse((await server.OkAsync("dan", "approvals", "show", waiver.Id, "--token")).Trim())!;
        Assert.Equal((waiver.Id, "waiver"), (token.Id, token.Kind));
        await server.OkAsync("root", "models", "stage", Model, "1", "Production");
        await Eventually.HoldsAsync("the register of exceptions lists the waiver", async () => (await RegisterAsync()).Contains($"waiver-{waiver.Id}", StringComparison.Ordinal));
        var review = Json<ApprovalReviewPage>(await server.OkAsync("vera", "approvals", "reviews", "--json")).Reviews.Single();
        Assert.Equal(2, (await server.RunAsync("vera", "approvals", "reviews", "--complete", review.Id)).ExitCode);
        Assert.Contains("is done", await server.OkAsync("vera", "approvals", "reviews", "--complete", review.Id, "--notes", "It was."), StringComparison.Ordinal);

        Assert.Equal("revoked", Json<Approval>(await server.OkAsync("vera", "approvals", "revoke", waiver.Id, "--reason", "Over.", "--yes", "--json")).State);
        Assert.Equal(4, (await server.RunAsync("root", "models", "alias", Model, "production", "1")).ExitCode);

        var again = Json<Approval>(await server.OkAsync("dan", "approvals", "request", Model, "1", "-j", Why, "--json"));
        Assert.Equal("rejected", Json<Approval>(await server.OkAsync("vera", "approvals", "reject", again.Id, "--reason", "No.", "--json")).State);
        Assert.Equal(2, (await server.RunAsync("vera", "approvals", "approve", again.Id, "--condition", "nonsense")).ExitCode);
    }

    [Fact]
    public async Task A_delegation_by_the_command_line()
    {
        await server.AskForAsync("upsell", Why);
        var asked = Json<ApprovalPage>(await server.OkAsync("dan", "approvals", "list", "--state", "pending", "--json")).Approvals.Single(static one => one.Model == "upsell");
        Assert.Equal(4, (await server.RunAsync("ann", "approvals", "approve", asked.Id)).ExitCode);
        Assert.NotEqual(0, (await server.RunAsync("dan", "approvals", "delegate", "vp-engineering", "--to", "ann")).ExitCode);

        var given = Json<ApprovalDelegation>(await server.OkAsync("vera", "approvals", "delegate", "vp-engineering", "--to", "ann", "--reason", "on leave", "--json"));
        Assert.Equal(("vera", "ann", "on leave"), (given.From, given.To, given.Reason));
        Assert.InRange((given.EndsAt - given.StartsAt).TotalDays, 13.9, 14.1);
        Assert.Contains("ann may decide as vp-engineering for vera", await server.OkAsync("vera", "approvals", "delegate", "vp-engineering", "--to", "ann"), StringComparison.Ordinal);
        Assert.Contains("on leave", await server.OkAsync("dan", "approvals", "delegations"), StringComparison.Ordinal);
        var both = Json<ApprovalDelegationPage>(await server.OkAsync("dan", "approvals", "delegations", "--json")).Delegations;
        Assert.Equal(2, both.Count);
        Assert.Equal(3, (await server.RunAsync("dan", "approvals", "undelegate", given.Id)).ExitCode);
        Assert.Contains("is taken back", (await server.RunAsync("vera", "approvals", "undelegate", given.Id)).Error, StringComparison.Ordinal);
        await server.OkAsync("ann", "approvals", "approve", asked.Id);
        Assert.DoesNotContain("vp-engineering (required): empty", await server.OkAsync("dan", "approvals", "show", asked.Id), StringComparison.Ordinal);
        // In the other tests ann is a manager only.
        await server.OkAsync("vera", "approvals", "undelegate", both.Single(one => one.Id != given.Id).Id);
    }

    [Fact]
    public async Task Workflows_by_the_command_line()
    {
        var file = server.PathOf("high.yaml");
        var yaml = await server.OkAsync("dan", "workflow", "show", "high-risk");
        await File.WriteAllTextAsync(file, yaml.Replace("quorum: 4", "quorum: 5", StringComparison.Ordinal), Cancel);
        Assert.Contains("is a workflow", await server.OkAsync("dan", "workflow", "validate", file), StringComparison.Ordinal);
        Assert.Equal(4, (await server.RunAsync("dan", "workflow", "set", file)).ExitCode);
        Assert.Contains("is version 1", await server.OkAsync("root", "workflow", "set", file), StringComparison.Ordinal);
        Assert.Contains("quorum: 5", await server.OkAsync("dan", "workflow", "show", "high-risk"), StringComparison.Ordinal);
        Assert.Contains("quorum: 4", await server.OkAsync("dan", "workflow", "show", "high-risk", "--version", "0"), StringComparison.Ordinal);
        Assert.Equal(1, Json<ApprovalWorkflowList>(await server.OkAsync("dan", "workflow", "list", "--json")).Workflows.Single(static one => one.Name == "high-risk").Version);
        await File.WriteAllTextAsync(file, "name: high-risk", Cancel);
        Assert.Equal(2, (await server.RunAsync("dan", "workflow", "validate", file)).ExitCode);
        using var schema = await server.Process.Client.GetAsync("/api/v1/approval-workflows/schema.json", Cancel);
        Assert.Equal("application/schema+json", schema.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task Killed_at_the_decision_it_stands_with_its_token_or_not_at_all()
    {
        await using var own = new ApprovalServer();
        await own.InitializeAsync();
        await own.AskForAsync("churn", Why);
        var waiver = Json<Approval>(await own.OkAsync("dan", "approvals", "waive", "churn", "1", "-j", "It is on fire", "--json"));
        for (var attempt = 0; attempt < 3; attempt++)
        {
            var decided = own.RunAsync("ann", "approvals", "approve", waiver.Id);
            // A little later each time.
            for (var calls = 0; calls < attempt; calls++)
                (await own.Process.Client.GetAsync("/health/live", Cancel)).Dispose();
            await own.Process.KillAsync(Cancel);
            await decided;
            await own.Process.RestartAsync(Cancel);
            var now = Json<Approval>(await own.OkAsync("dan", "approvals", "show", waiver.Id, "--json"));
            Assert.Equal(now.State == "approved", now.Token is not null);
            Assert.Equal(now.State == "approved", now.Stages[0].Seats.Any(static seat => seat.Decision is not null));
        }

        if ((await own.RunAsync("ann", "approvals", "approve", waiver.Id)).ExitCode != 0)
            Assert.Equal("approved", Json<Approval>(await own.OkAsync("dan", "approvals", "show", waiver.Id, "--json")).State);
        Assert.Single(Json<ApprovalReviewPage>(await own.OkAsync("vera", "approvals", "reviews", "--json")).Reviews);
    }

    private async Task<string> RegisterAsync()
    {
        using var asked = new HttpRequestMessage(HttpMethod.Get, "/api/v1/exceptions");
        asked.Headers.Authorization = new("Basic", Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"root:{ApprovalServer.Password}")));
        using var answer = await server.Process.Client.SendAsync(asked, Cancel);
        return await answer.Content.ReadAsStringAsync(Cancel);
    }

    private static T Json<T>(string text) => JsonSerializer.Deserialize<T>(text, OrreryJson.Options)!;
}
