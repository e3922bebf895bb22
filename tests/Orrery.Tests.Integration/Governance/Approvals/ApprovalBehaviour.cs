using System.Diagnostics;
using Orrery.Contracts;
using Orrery.Governance;
using Orrery.Kernel;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>What approvals promise, on every database.</summary>
public abstract partial class ApprovalBehaviour(TestDatabase database) : IAsyncLifetime
{
    private static readonly string[] Board = ["vp-engineering", "ml-architect", "senior-data-scientist", "product-manager", "legal", "security"];
    private readonly FakeTimeProvider _clock = new();
    private ApprovalNode _node = null!;
    private Actor _asker = null!;

    private protected ApprovalNode Node => _node;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await database.InitializeAsync();
        _node = new(database, _clock);
        _asker = await _node.PersonAsync("asker");
        await _node.VersionAsync("churn");
    }

    public async ValueTask DisposeAsync()
    {
        _node.Dispose();
        await database.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Low_risk_is_approved_at_once_by_nobody_and_the_token_is_signed()
    {
        var given = (await _node.RequestAsync(_asker, "churn")).Value;

        Assert.Equal(("approved", "automatic", "low"), (given.State, given.Kind, given.Tier));
        var token = ApprovalToken.Parse(given.Token)!;
        Assert.Equal((given.Id, "automatic", 1L, "production", "churn", "1"), (token.Id, token.Kind, token.Workspace, token.Environment, token.Model, token.Version));
        Assert.Equal(string.Concat(Enumerable.Repeat("cc", 32)), token.ModelSha256);
        Assert.Equal(_node.PolicySha256, token.Pins["policy"]);
        Assert.Equal(_clock.GetUtcNow().AddDays(30).ToUnixTimeMilliseconds(), token.UseBy);
        Assert.Null(token.NotAfter);
        var keys = await _node.Keys.ListAsync(Cancel);
        Assert.True(token.IsSignedBy(keys));
        Assert.False((token with { Version = "2" }).IsSignedBy(keys));
        Assert.False((token with { Environment = "staging" }).IsSignedBy(keys));
        Assert.Equal(given.Token, (await _node.Records.FindTokenAsync(_asker, "production", "churn", "1", Cancel)).Value);
        Assert.Null((await _node.Records.FindTokenAsync(_asker, "staging", "churn", "1", Cancel)).Value);
        Assert.Null((await _node.Records.FindTokenAsync(ApprovalNode.Of("asker", 2), "production", "churn", "1", Cancel)).Value);
        // The same again is the same.
        Assert.Equal(given.Id, (await _node.RequestAsync(_asker, "churn")).Value.Id);
        Assert.Equal(["approval.decided"], await _node.EventsAsync());
    }

    [Fact]
    public async Task A_trigger_or_a_check_that_fails_asks_a_team_lead()
    {
        var lead = await _node.PersonAsync("lead", "team-lead");
        _node.ChecksPass = false;
        var asked = (await _node.RequestAsync(_asker, "churn")).Value;
        Assert.Equal(("pending", "approval"), (asked.State, asked.Kind));
        Assert.Equal("team-lead", Assert.Single(asked.Stages[0].Seats).Role);
        Assert.Null(asked.Token);
        Assert.Equal(asked.Id, (await _node.RequestAsync(_asker, "churn")).Value.Id);
        // The check holds by now: what is pending is given.
        _node.ChecksPass = true;
        var given = (await _node.RequestAsync(_asker, "churn")).Value;
        Assert.Equal((asked.Id, "approved", "automatic"), (given.Id, given.State, given.Kind));

        await _node.VersionAsync("pii");
        _node.Triggers = [new() { Name = "pii", Reason = "personal data" }];
        var second = (await _node.RequestAsync(_asker, "pii")).Value;
        Assert.Equal("pending", second.State);
        var approved = (await _node.ApproveAsync(lead, second.Id)).Value;
        Assert.Equal(("approved", "approval"), (approved.State, approved.Kind));
        Assert.NotNull(approved.Token);
    }

    [Fact]
    public async Task Medium_risk_needs_two_different_people()
    {
        _node.Tier = "medium";
        var both = await _node.PersonAsync("both", "manager", "senior-data-scientist");
        var senior = await _node.PersonAsync("senior", "senior-data-scientist");
        var asked = (await _node.RequestAsync(_asker, "churn")).Value;

        Assert.Equal("pending", (await _node.ApproveAsync(both, asked.Id, "manager")).Value.State);
        Assert.Equal("governance.approval_seated", (await _node.ApproveAsync(both, asked.Id)).Failure?.Code);
        var given = (await _node.ApproveAsync(senior, asked.Id)).Value;

        Assert.Equal("approved", given.State);
        Assert.Equal(["both", "senior"], given.Stages[0].Seats.Select(static seat => seat.DecidedBy));
        Assert.Equal(_clock.GetUtcNow().AddDays(14), Assert.Single(await _node.ReviewsAsync()).DueAt);
        Assert.Equal("governance.approval_ended", (await _node.ApproveAsync(senior, asked.Id)).Failure?.Code);
    }

    [Fact]
    public async Task High_risk_needs_four_of_six_with_the_chair()
    {
        _node.Tier = "high";
        foreach (var role in Board)
            await _node.PersonAsync(role, role);
        var asked = (await _node.RequestAsync(_asker, "churn")).Value;
        var agenda = (await _node.Boards.AgendaAsync(_asker, null, Cancel)).Value;
        Assert.Equal((asked.Id, 4, DayOfWeek.Thursday, 14), (Assert.Single(agenda.Items).Id, agenda.Quorum, agenda.From.DayOfWeek, agenda.From.Hour));
        Assert.Contains("churn version 1 for production", AgendaHtml.Write(agenda), StringComparison.Ordinal);

        // All but the chair are five, and not enough.
        foreach (var role in Board[1..])
            Assert.Equal("pending", (await _node.ApproveAsync(ApprovalNode.Of(role), asked.Id)).Value.State);
        var given = (await _node.ApproveAsync(ApprovalNode.Of(Board[0]), asked.Id)).Value;

        Assert.Equal("approved", given.State);
        Assert.Equal(["review", "revalidation"], (await _node.ReviewsAsync()).Select(static review => review.Kind));

        // The chair and three others are.
        await _node.VersionAsync("other");
        var other = (await _node.RequestAsync(_asker, "other")).Value;
        foreach (var role in Board[..3])
            Assert.Equal("pending", (await _node.ApproveAsync(ApprovalNode.Of(role), other.Id)).Value.State);
        Assert.Equal("approved", (await _node.ApproveAsync(ApprovalNode.Of(Board[5]), other.Id)).Value.State);
    }

    [Fact]
    public async Task Whoever_may_not_decide_cannot()
    {
        _node.Tier = "medium";
        await _node.GrantAsync("usr_asker", "manager");
        var trainer = await _node.PersonAsync("trainer", "manager");
        var nobody = await _node.PersonAsync("nobody", "viewer");
        var lost = await _node.PersonAsync("lost", "manager");
        await _node.PrincipalAsync("robot", "service");
        await _node.GrantAsync("usr_robot", "manager");
        var asked = (await _node.RequestAsync(_asker, "churn")).Value;

        Assert.Equal("governance.approval_self", (await _node.ApproveAsync(_asker, asked.Id)).Failure?.Code);
        Assert.Equal("governance.approval_author", (await _node.ApproveAsync(trainer, asked.Id)).Failure?.Code);
        Assert.Equal("governance.approval_role", (await _node.ApproveAsync(nobody, asked.Id)).Failure?.Code);
        Assert.Equal("governance.approval_person", (await _node.ApproveAsync(ApprovalNode.Of("robot"), asked.Id)).Failure?.Code);
        Assert.Equal("governance.approval_person", (await _node.ApproveAsync(Actor.System(WorkspaceId.Default, "default"), asked.Id)).Failure?.Code);
        Assert.Equal("governance.approval_not_found", (await _node.ApproveAsync(ApprovalNode.Of("lost", 2), asked.Id)).Failure?.Code);
        Assert.Equal("governance.approval_not_found", (await _node.ApproveAsync(lost with { Limits = new("model", new HashSet<string> { "another" }) }, asked.Id)).Failure?.Code);
        Assert.Equal([asked.Id], (await _node.Approvals.ListAsync(lost, null, null, mine: true, null, null, Cancel)).Value.Approvals.Select(static one => one.Id));
        // It is the role at the moment of decision that counts.
        await _node.TakeAsync("usr_lost", "manager");
        Assert.Equal("governance.approval_role", (await _node.ApproveAsync(lost, asked.Id)).Failure?.Code);
        Assert.Empty((await _node.Approvals.ListAsync(lost, null, null, mine: true, null, null, Cancel)).Value.Approvals);
        // Through a group it is held as well.
        await _node.GroupAsync("managers", "lost");
        await _node.GrantAsync("grp_managers", "manager");
        Assert.Equal("pending", (await _node.ApproveAsync(lost, asked.Id)).Value.State);
        Assert.Equal("governance.invalid_decision", (await _node.Approvals.DecideAsync(nobody, asked.Id, new() { Decision = "reject" }, Cancel)).Failure?.Code);
    }

    [Fact]
    public async Task A_role_may_be_lent_for_a_time_and_not_to_who_asked_nor_on()
    {
        _node.Tier = "medium";
        var boss = await _node.PersonAsync("boss", "manager");
        var deputy = await _node.PersonAsync("deputy");
        var third = await _node.PersonAsync("third");
        var ends = _clock.GetUtcNow().AddDays(2);
        var lent = (await _node.Delegations.GiveAsync(boss, new() { Role = "manager", To = "deputy", EndsAt = ends }, Cancel)).Value;
        await _node.Delegations.GiveAsync(boss, new() { Role = "manager", To = "asker", EndsAt = ends }, Cancel);
        Assert.Equal("governance.approval_role", (await _node.Delegations.GiveAsync(deputy, new() { Role = "manager", To = "third", EndsAt = ends }, Cancel)).Failure?.Code);
        var asked = (await _node.RequestAsync(_asker, "churn")).Value;

        Assert.Equal("governance.approval_self", (await _node.ApproveAsync(_asker, asked.Id)).Failure?.Code);
        Assert.Equal("governance.approval_role", (await _node.ApproveAsync(third, asked.Id)).Failure?.Code);
        // Taken back, not begun or past, it is worth nothing; nor when its giver has lost the role.
        await _node.TakeAsync("usr_boss", "manager");
        Assert.Equal("governance.approval_role", (await _node.ApproveAsync(deputy, asked.Id)).Failure?.Code);
        await _node.GrantAsync("usr_boss", "manager");
        await _node.GrantAsync("usr_boss", "senior-data-scientist");
        var seat = (await _node.ApproveAsync(deputy, asked.Id)).Value.Stages[0].Seats[0];
        Assert.Equal(("deputy", "boss"), (seat.DecidedBy, seat.OnBehalfOf));
        // A voice counts once, whoever lends it.
        Assert.Equal("governance.approval_seated", (await _node.ApproveAsync(boss, asked.Id)).Failure?.Code);

        await _node.VersionAsync("late");
        var late = (await _node.RequestAsync(_asker, "late")).Value;
        Assert.True((await _node.Delegations.TakeAsync(boss, lent.Id, Cancel)).Succeeded);
        Assert.Equal("governance.approval_role", (await _node.ApproveAsync(deputy, late.Id)).Failure?.Code);
        await _node.Delegations.GiveAsync(boss, new() { Role = "manager", To = "deputy", EndsAt = ends }, Cancel);
        _clock.Advance(TimeSpan.FromDays(3));
        Assert.Equal("governance.approval_role", (await _node.ApproveAsync(deputy, late.Id)).Failure?.Code);
    }

    [Fact]
    public async Task Two_who_decide_at_once_make_one_approval()
    {
        _node.Tier = "medium";
        var (manager, senior) = (await _node.PersonAsync("manager", "manager"), await _node.PersonAsync("senior", "senior-data-scientist"));
        var asked = (await _node.RequestAsync(_asker, "churn")).Value;

        var decided = await Task.WhenAll(Task.Run(async () => await _node.ApproveAsync(manager, asked.Id)), Task.Run(async () => await _node.ApproveAsync(senior, asked.Id)));

        Assert.All(decided, static one => Assert.Null(one.Failure));
        Assert.Single(decided, static one => one.Value.State == "approved");
        var given = (await _node.Approvals.GetAsync(_asker, asked.Id, Cancel)).Value;
        Assert.Equal("approved", given.State);
        Assert.Equal(given.Token, decided.Single(static one => one.Value.Token is not null).Value.Token);
        Assert.Single(await _node.ReviewsAsync());
        Assert.Single(await _node.EventsAsync(), static name => name == "approval.decided");

        // One seat, two who want it: one gets it.
        await _node.VersionAsync("low");
        (_node.Tier, _node.ChecksPass) = ("low", false);
        var (one, other) = (await _node.PersonAsync("one", "team-lead"), await _node.PersonAsync("other", "team-lead"));
        var low = (await _node.RequestAsync(_asker, "low")).Value;
        var raced = await Task.WhenAll(Task.Run(async () => await _node.ApproveAsync(one, low.Id)), Task.Run(async () => await _node.ApproveAsync(other, low.Id)));
        Assert.Single(raced, static result => result.Succeeded);
        // Who asks at once several times asks once.
        await _node.VersionAsync("again");
        var asks = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(async () => await _node.RequestAsync(_asker, "again"))));
        Assert.Single(asks.Select(static ask => ask.Value.Id).Distinct());
    }
}

public sealed class ApprovalsOnSqlite() : ApprovalBehaviour(new SqliteDatabase());

public sealed class ApprovalsOnPostgres() : ApprovalBehaviour(new PostgresDatabase())
{
    [Fact]
    public async Task What_somebody_can_decide_on_is_found_by_as_many_statements_however_much_there_is()
    {
        Node.ChecksPass = false;
        var lead = await Node.PersonAsync("lead", "team-lead");
        var few = await StatementsAsync(lead, 2);

        Assert.Equal(few, await StatementsAsync(lead, 20));
        Assert.InRange(few, 1, 10);
    }

    private async Task<int> StatementsAsync(Actor lead, int pending)
    {
        for (var number = 0; number < pending; number++)
        {
            await Node.VersionAsync($"model-{number}");
            await Node.RequestAsync(lead with { Name = "asker", Origin = new() { PrincipalId = "usr_asker", Method = "token" } }, $"model-{number}");
        }

        using var source = new ActivitySource("orrery-tests-approvals");
        var count = 0;
        Activity? mine = null;
        using var listener = new ActivityListener
        {
            ShouldListenTo = static one => one.Name is "Npgsql" or "orrery-tests-approvals",
            Sample = static (ref _) => ActivitySamplingResult.AllData,
            ActivityStopped = stopped => count += stopped.Source.Name == "Npgsql" && stopped.TraceId == mine?.TraceId ? 1 : 0,
        };
        ActivitySource.AddActivityListener(listener);
        using (mine = source.StartActivity("mine"))
            Assert.Equal(pending, (await Node.Approvals.ListAsync(lead, null, null, mine: true, null, null, TestContext.Current.CancellationToken)).Value.Approvals.Count);
        return count;
    }
}
