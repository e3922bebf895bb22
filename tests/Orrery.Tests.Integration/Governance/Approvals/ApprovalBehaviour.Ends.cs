using Orrery.Contracts;
using Orrery.Governance;
using Orrery.Kernel;
using Orrery.Serving;
using Xunit;

namespace Orrery.Tests.Integration;

/// <content>What ends approvals, and what follows them.</content>
public abstract partial class ApprovalBehaviour
{
    [Fact]
    public async Task Whatever_changes_voids_the_approval()
    {
        var version = await _node.FindAsync("churn", "1");
        var first = (await _node.RequestAsync(_asker, "churn")).Value;
        Assert.Equal(first.Id, (await _node.Approvals.StandingAsync(_asker, "production", "churn", "1", Cancel)).Value.Approval?.Id);

        await _node.CardAsync(version, 1, new string('1', 64));
        var standing = (await _node.Approvals.StandingAsync(_asker, "production", "churn", "1", Cancel)).Value;
        Assert.Null(standing.Approval);
        Assert.Contains("newer snapshot of the card", standing.Reason, StringComparison.Ordinal);
        Assert.False(_node.Ends.Of(WorkspaceId.Default, first.Id)!.StopsTraffic);
        Assert.Null((await _node.Records.FindTokenAsync(_asker, "production", "churn", "1", Cancel)).Value);

        var second = (await _node.RequestAsync(_asker, "churn")).Value;
        Assert.NotEqual(first.Id, second.Id);
        await _node.PackageAsync(version, "dd");
        _clock.Advance(TimeSpan.FromMinutes(6));
        await _node.Clock.LookAsync(Cancel);
        Assert.Equal("voided", (await _node.Approvals.GetAsync(_asker, second.Id, Cancel)).Value.State);

        var third = (await _node.RequestAsync(_asker, "churn")).Value;
        await _node.Changes.PoliciesAsync(WorkspaceId.Default, _node.PolicySha256, Cancel);
        Assert.Equal("approved", (await _node.Approvals.GetAsync(_asker, third.Id, Cancel)).Value.State);
        await _node.Changes.PoliciesAsync(WorkspaceId.Default, new string('9', 64), Cancel);
        Assert.Equal("voided", (await _node.Approvals.GetAsync(_asker, third.Id, Cancel)).Value.State);
        Assert.False(_node.Ends.Of(WorkspaceId.Default, third.Id)!.StopsTraffic);

        var fourth = (await _node.RequestAsync(_asker, "churn")).Value;
        await _node.Changes.RiskAsync(WorkspaceId.Default, new("churn", "1", "production", "low", "high", []), Cancel);
        Assert.True(_node.Ends.Of(WorkspaceId.Default, fourth.Id)!.StopsTraffic);
        // Another server reads the same.
        using var elsewhere = new ApprovalEnds(database.Db, _clock);
        await elsewhere.RefreshAsync(Cancel);
        Assert.True(elsewhere.Of(WorkspaceId.Default, fourth.Id)!.StopsTraffic);
        Assert.Null(elsewhere.Of(new WorkspaceId(2), fourth.Id));
    }

    [Fact]
    public async Task What_changed_since_the_request_is_not_approved()
    {
        var lead = await _node.PersonAsync("lead", "team-lead");
        _node.ChecksPass = false;
        var asked = (await _node.RequestAsync(_asker, "churn")).Value;
        _node.Blocked = ["gdpr/no-basis: name the legal basis"];
        Assert.Equal("governance.policy_blocked", (await _node.ApproveAsync(lead, asked.Id)).Failure?.Code);
        Assert.Equal("governance.policy_blocked", (await _node.RequestAsync(_asker, "churn")).Failure?.Code);
        _node.Blocked = [];
        _node.Tier = "high";
        var refused = await _node.ApproveAsync(lead, asked.Id);
        Assert.Equal("governance.approval_voided", refused.Failure?.Code);
        Assert.Contains("risen from low to high", refused.Failure!.Message, StringComparison.Ordinal);
        Assert.Equal("voided", (await _node.Approvals.GetAsync(_asker, asked.Id, Cancel)).Value.State);
    }

    [Fact]
    public async Task A_rejection_is_final_and_a_new_request_may_follow()
    {
        var lead = await _node.PersonAsync("lead", "team-lead");
        _node.ChecksPass = false;
        var asked = (await _node.RequestAsync(_asker, "churn")).Value;
        var rejected = (await _node.Approvals.DecideAsync(lead, asked.Id, new() { Decision = "reject", Comment = "Not tried in Lyon." }, Cancel)).Value;
        Assert.Equal("rejected", rejected.State);
        Assert.Null(rejected.Token);
        Assert.Equal("governance.approval_ended", (await _node.ApproveAsync(lead, asked.Id)).Failure?.Code);
        Assert.Contains("Not tried in Lyon", (await _node.Approvals.StandingAsync(_asker, "production", "churn", "1", Cancel)).Value.Reason, StringComparison.Ordinal);

        var again = (await _node.RequestAsync(_asker, "churn")).Value;
        Assert.NotEqual(asked.Id, again.Id);
        Assert.Equal("governance.not_requester", (await _node.Approvals.WithdrawAsync(lead, again.Id, null, Cancel)).Failure?.Code);
        Assert.Equal("withdrawn", (await _node.Approvals.WithdrawAsync(_asker, again.Id, null, Cancel)).Value.State);
        Assert.Equal("governance.approval_ended", (await _node.Approvals.RevokeAsync(lead, again.Id, "x", Cancel)).Failure?.Code);

        _node.ChecksPass = true;
        var given = (await _node.RequestAsync(_asker, "churn")).Value;
        Assert.Equal("governance.reason_missing", (await _node.Approvals.RevokeAsync(lead, given.Id, " ", Cancel)).Failure?.Code);
        Assert.Equal("revoked", (await _node.Approvals.RevokeAsync(lead, given.Id, "It refuses a whole town.", Cancel)).Value.State);
        Assert.True(_node.Ends.Of(WorkspaceId.Default, given.Id)!.StopsTraffic);
    }

    [Fact]
    public async Task A_waiver_is_given_by_one_who_did_not_ask_ends_by_itself_and_is_reviewed()
    {
        _node.Tier = "high";
        _node.Blocked = ["soc2/review: have it reviewed"];
        var boss = await _node.PersonAsync("boss", "manager");
        var chair = await _node.PersonAsync("chair", "vp-engineering");
        await _node.GrantAsync("usr_asker", "manager");
        Assert.Equal("governance.invalid_approval", (await _node.RequestAsync(_asker, "churn", emergency: true, hours: 73)).Failure?.Code);
        var asked = (await _node.RequestAsync(_asker, "churn", emergency: true, hours: 12)).Value;
        Assert.Contains("refused: soc2/review: have it reviewed", asked.Warnings);
        Assert.Equal("governance.approval_self", (await _node.ApproveAsync(_asker, asked.Id)).Failure?.Code);

        var given = (await _node.ApproveAsync(boss, asked.Id)).Value;
        Assert.Equal(("approved", "waiver", _clock.GetUtcNow().AddHours(12)), (given.State, given.Kind, given.NotAfter));
        var token = ApprovalToken.Parse(given.Token)!;
        Assert.Equal((given.NotAfter!.Value.ToUnixTimeMilliseconds(), token.NotAfter!.Value), (token.NotAfter.Value, token.UseBy));
        var review = Assert.Single(await _node.ReviewsAsync());
        Assert.Equal(("waiver", _clock.GetUtcNow().AddDays(5)), (review.Kind, review.DueAt));
        // Neither who asked nor who gave it reviews it.
        Assert.Equal("governance.approval_self", (await _node.Reviews.CompleteAsync(boss, review.Id, new() { Notes = "Fine." }, Cancel)).Failure?.Code);

        _clock.Advance(TimeSpan.FromHours(13));
        Assert.Null((await _node.Records.FindTokenAsync(_asker, "production", "churn", "1", Cancel)).Value);
        await _node.Clock.LookAsync(Cancel);
        Assert.Equal("expired", (await _node.Approvals.GetAsync(_asker, asked.Id, Cancel)).Value.State);
        Assert.True(_node.Ends.Of(WorkspaceId.Default, asked.Id)!.StopsTraffic);
        _clock.Advance(TimeSpan.FromDays(5));
        Assert.Equal("overdue", Assert.Single(await _node.ReviewsAsync("overdue")).State);
        Assert.Equal("done", (await _node.Reviews.CompleteAsync(chair, review.Id, new() { Notes = "It was needed." }, Cancel)).Value.State);
        Assert.Equal("governance.review_ended", (await _node.Reviews.CompleteAsync(chair, review.Id, new() { Notes = "Again." }, Cancel)).Failure?.Code);
    }

    [Fact]
    public async Task Serving_ends_a_waiver_by_its_own_clock_and_believes_no_time_that_is_not_signed()
    {
        _node.Tier = "high";
        var boss = await _node.PersonAsync("boss", "manager");
        var given = (await _node.ApproveAsync(boss, (await _node.RequestAsync(_asker, "churn", emergency: true, hours: 1)).Value.Id)).Value;
        var asked = new DeploymentSpec { Variants = [new() { Name = "stable", Model = "churn", Version = "1", Weight = 1 }] };
        var pinned = (await _node.Check.PinAsync(_asker, "production", asked, null, goesBack: false, Cancel)).Value;
        Assert.Equal(given.Token, pinned.Variants[0].Approval);
        var (token, made) = (ApprovalToken.Parse(given.Token)!, _clock.GetUtcNow().ToUnixTimeMilliseconds());
        var row = new DeploymentRow(new(WorkspaceId.Default, "production", "churn"), 1, IsRemoved: false, pinned, "asker", made, made);
        Assert.Equal(given.Token, (await _node.Check.AdmitAsync(row, pinned.Variants[0], token.ModelSha256, Cancel)).Value);
        Assert.Null(_node.Check.Ended(token, WorkspaceId.Default));

        // Nobody has told that it is over: neither what answers, nor what is there after a restart, nor a change that leaves it where it is, nor a way back goes on.
        _clock.Advance(TimeSpan.FromHours(1));
        Assert.Null(_node.Ends.Of(WorkspaceId.Default, given.Id));
        Assert.Contains($"waiver {given.Id} ended at", _node.Check.Ended(token, WorkspaceId.Default), StringComparison.Ordinal);
        Assert.Contains($"waiver {given.Id} ended at", (await _node.Check.AdmitAsync(row, pinned.Variants[0], token.ModelSha256, Cancel)).Failure!.Message, StringComparison.Ordinal);
        foreach (var goesBack in new[] { false, true })
            Assert.Equal("serving.not_approved", (await _node.Check.PinAsync(_asker, "production", pinned, pinned, goesBack, Cancel)).Failure?.Code);
        var longer = asked with { Variants = [asked.Variants[0] with { Approval = (token with { NotAfter = token.NotAfter * 2, UseBy = token.UseBy * 2 }).ToText() }] };
        Assert.Contains($"the signature of approval {given.Id} is not good", (await _node.Check.PinAsync(_asker, "production", longer, pinned, goesBack: false, Cancel)).Failure!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_answers_under_an_approval_is_changed_and_gone_back_to_after_its_use_by_date_and_nothing_new_is_brought()
    {
        var given = (await _node.RequestAsync(_asker, "churn")).Value;
        var asked = new DeploymentSpec { Variants = [new() { Name = "stable", Model = "churn", Version = "1", Weight = 1 }] };
        var now = (await _node.Check.PinAsync(_asker, "production", asked, null, goesBack: false, Cancel)).Value;
        _clock.Advance(TimeSpan.FromDays(31));
        Assert.Equal("serving.not_approved", (await _node.Check.PinAsync(_asker, "production", asked, null, goesBack: false, Cancel)).Failure?.Code);

        foreach (var (before, goesBack) in new[] { ((DeploymentSpec?)now, false), (null, true) })
        {
            var later = (await _node.Check.PinAsync(_asker, "production", now with { Limits = new() { Concurrency = 4 } }, before, goesBack, Cancel)).Value;
            Assert.Equal(given.Token, later.Variants[0].Approval);
            var made = _clock.GetUtcNow().ToUnixTimeMilliseconds();
            var row = new DeploymentRow(new(WorkspaceId.Default, "production", "churn"), 2, IsRemoved: false, later, "asker", made, made);
            Assert.Equal(given.Token, (await _node.Check.AdmitAsync(row, later.Variants[0], ApprovalToken.Parse(given.Token)!.ModelSha256, Cancel)).Value);
        }
    }

    [Fact]
    public async Task An_endpoint_elsewhere_is_approved_along_with_the_version()
    {
        var plain = (await _node.RequestAsync(_asker, "churn")).Value;
        var elsewhere = new RemoteSpec { Url = "http://triton:8000", Protocol = "v2" };
        var here = (await PinAsync(null, null, null)).Value;
        Assert.Equal(plain.Token, here.Variants[0].Approval);
        Assert.Contains("was not given for this endpoint", (await PinAsync(elsewhere, null, null)).Failure!.Message, StringComparison.Ordinal);
        Assert.Contains("was not given for this endpoint", (await PinAsync(elsewhere, plain.Token, here)).Failure!.Message, StringComparison.Ordinal);

        var other = (await _node.Approvals.RequestAsync(_asker, new() { Model = "churn", Version = "1", Justification = "It runs on Triton.", Remote = elsewhere }, Cancel)).Value;

        Assert.NotEqual(plain.Id, other.Id);
        Assert.Equal(other.Token, (await PinAsync(elsewhere, null, here)).Value.Variants[0].Approval);
        Assert.Equal("serving.not_approved", (await PinAsync(elsewhere with { Url = "http://another:8000" }, other.Token, here)).Failure?.Code);
        Assert.Equal("serving.not_approved", (await PinAsync(elsewhere with { Model = "fraud" }, other.Token, here)).Failure?.Code);

        async Task<Result<DeploymentSpec>> PinAsync(RemoteSpec? remote, string? approval, DeploymentSpec? now) => await _node.Check.PinAsync(
            _asker, "production", new() { Variants = [new() { Name = "stable", Model = "churn", Version = "1", Weight = 1, Remote = remote, Approval = approval }] }, now, goesBack: false, Cancel);
    }

    [Fact]
    public async Task Time_reminds_escalates_and_ends()
    {
        _node.ChecksPass = false;
        var manager = await _node.PersonAsync("manager", "manager");
        var asked = (await _node.RequestAsync(_asker, "churn")).Value;
        Assert.Equal((_clock.GetUtcNow().AddHours(24), _clock.GetUtcNow().AddHours(168)), (asked.Stages[0].DueAt, asked.ExpiresAt));
        Assert.Equal("governance.approval_role", (await _node.ApproveAsync(manager, asked.Id)).Failure?.Code);
        await _node.Clock.LookAsync(Cancel);
        Assert.Equal(["approval.requested"], await _node.EventsAsync());
        _clock.Advance(TimeSpan.FromHours(12));
        await _node.Clock.LookAsync(Cancel);
        await _node.Clock.LookAsync(Cancel);
        Assert.Equal(["approval.requested", "approval.reminded"], await _node.EventsAsync());
        _clock.Advance(TimeSpan.FromHours(12.5));
        await _node.Clock.LookAsync(Cancel);
        Assert.Equal(["approval.requested", "approval.reminded", "approval.escalated", "approval.reminded"], await _node.EventsAsync());
        Assert.True((await _node.Approvals.GetAsync(_asker, asked.Id, Cancel)).Value.Stages[0].IsOverdue);

        // From then on the manager may stand in.
        await _node.VersionAsync("other");
        var given = (await _node.ApproveAsync(manager, asked.Id)).Value;
        Assert.Equal(("approved", "manager"), (given.State, given.Stages[0].Seats[0].EscalatedRole));

        var late = (await _node.RequestAsync(_asker, "other")).Value;
        _clock.Advance(TimeSpan.FromHours(169));
        Assert.Equal("governance.approval_ended", (await _node.ApproveAsync(manager, late.Id)).Failure?.Code);
        await _node.Clock.LookAsync(Cancel);
        Assert.Equal("expired", (await _node.Approvals.GetAsync(_asker, late.Id, Cancel)).Value.State);
    }

    [Fact]
    public async Task A_condition_that_is_not_met_ends_the_approval_where_the_workflow_says_so()
    {
        var source = BuiltInWorkflows.All["low-risk"].Source!;
        Assert.Equal(1, (await _node.Workflows.SetAsync(_asker, "low-risk", source + "overdue_conditions_stop_traffic: true\n", Cancel)).Value.Version);
        _node.ChecksPass = false;
        var lead = await _node.PersonAsync("lead", "team-lead");
        var asked = (await _node.RequestAsync(_asker, "churn")).Value;
        var due = _clock.GetUtcNow().AddDays(1);
        await _node.Approvals.DecideAsync(lead, asked.Id, new() { Decision = "approve", Conditions = [new() { Text = "Watch Lyon", Owner = "asker", DueAt = due }] }, Cancel);
        Assert.Equal(("condition", "asker"), ((await _node.ReviewsAsync())[0].Kind, (await _node.ReviewsAsync())[0].Owner));
        Assert.Equal("governance.approval_role", (await _node.Reviews.CompleteAsync(lead, (await _node.ReviewsAsync())[0].Id, new() { Notes = "n" }, Cancel)).Failure?.Code);

        _clock.Advance(TimeSpan.FromDays(2));
        await _node.Clock.LookAsync(Cancel);

        Assert.Equal("revoked", (await _node.Approvals.GetAsync(_asker, asked.Id, Cancel)).Value.State);
        Assert.True(_node.Ends.Of(WorkspaceId.Default, asked.Id)!.StopsTraffic);
    }

    [Fact]
    public async Task Workflows_keep_their_versions_and_what_is_pending_keeps_its_own()
    {
        _node.ChecksPass = false;
        var lead = await _node.PersonAsync("lead", "team-lead");
        var pending = (await _node.RequestAsync(_asker, "churn")).Value;
        var yaml = "name: low-risk\ntiers: [low]\nstages:\n- name: only\n  seats:\n  - {role: legal}\n";

        Assert.Equal(1, (await _node.Workflows.SetAsync(_asker, "low-risk", yaml, Cancel)).Value.Version);
        Assert.Equal(1, (await _node.Workflows.SetAsync(_asker, "low-risk", yaml, Cancel)).Value.Version);
        Assert.Equal(2, (await _node.Workflows.SetAsync(_asker, "low-risk", yaml.Replace("legal", "security", StringComparison.Ordinal), Cancel)).Value.Version);
        Assert.Equal([2, 1, 0], (await _node.Workflows.VersionsAsync(_asker, "low-risk", Cancel)).Value.Workflows.Select(static one => one.Version));
        Assert.Equal("approved", (await _node.ApproveAsync(lead, pending.Id)).Value.State);
        await _node.VersionAsync("other");
        Assert.Equal(("security", 2), ((await _node.RequestAsync(_asker, "other")).Value.Stages[0].Seats[0].Role, (await _node.RequestAsync(_asker, "other")).Value.Workflow!.Version));
        Assert.Equal(0, (await _node.Workflows.GetAsync(ApprovalNode.Of("x", 2), "low-risk", null, Cancel)).Value.Version);
        Assert.True((await _node.Workflows.RemoveAsync(_asker, "low-risk", Cancel)).Succeeded);
        Assert.Equal(0, (await _node.Workflows.GetAsync(_asker, "low-risk", null, Cancel)).Value.Version);
        Assert.Equal("governance.workflow_not_found", (await _node.Workflows.RemoveAsync(_asker, "low-risk", Cancel)).Failure?.Code);
    }

    [Fact]
    public async Task Stage_and_alias_of_production_need_the_approval()
    {
        Assert.Equal("governance.approval_required", (await _node.Gated.MoveAsync(_asker, "churn", "1", "Production", archiveExisting: false, Cancel)).Failure?.Code);
        Assert.Equal("governance.approval_required", (await _node.Gated.SetAliasAsync(_asker, "churn", "Production", "1", Cancel)).Failure?.Code);
        Assert.True((await _node.Gated.MoveAsync(_asker, "churn", "1", "Staging", archiveExisting: false, Cancel)).Succeeded);
        await _node.RequestAsync(_asker, "churn", environment: "staging");
        Assert.Equal("governance.approval_required", (await _node.Gated.MoveAsync(_asker, "churn", "1", "Production", archiveExisting: false, Cancel)).Failure?.Code);
        await _node.RequestAsync(_asker, "churn");
        Assert.True((await _node.Gated.MoveAsync(_asker, "churn", "1", "Production", archiveExisting: false, Cancel)).Succeeded);
        _clock.Advance(TimeSpan.FromDays(31));
        Assert.Equal("governance.approval_required", (await _node.Gated.SetAliasAsync(_asker, "churn", "production", "1", Cancel)).Failure?.Code);
    }

    [Fact]
    public async Task Bad_requests_are_refused_with_what_would_be_right()
    {
        Assert.Equal("governance.unknown_environment", (await _node.RequestAsync(_asker, "churn", environment: "moon")).Failure?.Code);
        Assert.Equal("registry.version_not_found", (await _node.RequestAsync(_asker, "churn", "9")).Failure?.Code);
        Assert.Equal("governance.invalid_approval", (await _node.Approvals.RequestAsync(_asker, new() { Model = "churn", Version = "1" }, Cancel)).Failure?.Code);
        Assert.Equal("governance.invalid_approval", (await _node.RequestAsync(_asker, "churn", hours: 3)).Failure?.Code);
        (_node.IsProhibited, _node.ChecksPass) = (true, false);
        Assert.Equal("governance.prohibited_use", (await _node.RequestAsync(_asker, "churn")).Failure?.Code);
        Assert.Equal("governance.prohibited_use", (await _node.RequestAsync(_asker, "churn", emergency: true)).Failure?.Code);
        Assert.Equal("governance.invalid_state", (await _node.Approvals.ListAsync(_asker, "odd", null, mine: false, null, null, Cancel)).Failure?.Code);
        Assert.Equal("governance.approval_not_found", (await _node.Approvals.GetAsync(_asker, "nope", Cancel)).Failure?.Code);
        Assert.Equal("registry.version_not_found", (await _node.RequestAsync(ApprovalNode.Of("asker", 2), "churn")).Failure?.Code);
    }
}
