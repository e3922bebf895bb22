using Orrery.Contracts;
using Orrery.Governance;
using Orrery.Kernel;
using Orrery.Serving;
using Xunit;

namespace Orrery.Tests.Integration;

/// <content>What gets traffic, and goes on getting it.</content>
public abstract partial class ApprovalBehaviour
{
    private const string NotApproved = "serving.not_approved";

    private static string Sha256 { get; } = string.Concat(Enumerable.Repeat("cc", 32));

    [Fact]
    public async Task A_rise_of_risk_voids_what_was_given_for_less_and_nothing_else()
    {
        _node.Tier = "high";
        _node.Triggers = [new() { Name = "pii", Reason = "personal data" }];
        var boss = await _node.PersonAsync("boss", "manager");
        var given = (await _node.ApproveAsync(boss, (await _node.RequestAsync(_asker, "churn", emergency: true)).Value.Id)).Value;
        var pending = (await _node.RequestAsync(_asker, "churn")).Value;

        // The rise that they were asked for comes late, and so does one back to what it was.
        await _node.Changes.RiskAsync(WorkspaceId.Default, new("churn", "1", "production", "low", "high", ["pii"]), Cancel);
        await _node.Changes.RiskAsync(WorkspaceId.Default, new("churn", "1", "production", "low", "medium", []), Cancel);
        Assert.Equal(("approved", "pending"), (await StateAsync(given.Id), await StateAsync(pending.Id)));

        await _node.Changes.RiskAsync(WorkspaceId.Default, new("churn", "1", "production", "high", "high", ["pii", "financial_impact"]), Cancel);
        Assert.Equal(("voided", "voided"), (await StateAsync(given.Id), await StateAsync(pending.Id)));
        Assert.True(_node.Ends.Of(WorkspaceId.Default, given.Id)!.StopsTraffic);
        Assert.Contains("financial_impact", (await _node.Approvals.GetAsync(_asker, given.Id, Cancel)).Value.Ended!.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whatever_changes_is_seen_when_traffic_is_to_be_brought_and_what_answers_goes_on()
    {
        var given = (await _node.RequestAsync(_asker, "churn")).Value;
        var now = (await _node.Check.PinAsync(_asker, "production", Of(null), null, goesBack: false, Cancel)).Value;
        await _node.CardAsync(await _node.FindAsync("churn", "1"), 1, new string('1', 64));

        // Nobody has looked since: not the sweep, and no delivery.
        Assert.Equal("approved", await StateAsync(given.Id));
        Assert.Null((await _node.Check.PinAsync(_asker, "production", Of(null), now, goesBack: false, Cancel)).Failure);
        Assert.Null((await _node.Check.PinAsync(_asker, "production", Of(given.Token), null, goesBack: true, Cancel)).Failure);
        var refused = await _node.Check.PinAsync(_asker, "production", Of(given.Token), null, goesBack: false, Cancel);
        Assert.Equal(NotApproved, refused.Failure?.Code);
        Assert.Contains("newer snapshot of the card", refused.Failure!.Message, StringComparison.Ordinal);
        Assert.Equal("voided", await StateAsync(given.Id));
        Assert.Null((await _node.Check.PinAsync(_asker, "production", now, now, goesBack: false, Cancel)).Failure);

        // Also when the document names no approval.
        var second = (await _node.RequestAsync(_asker, "churn")).Value;
        await _node.PackageAsync(await _node.FindAsync("churn", "1"), "dd");
        Assert.Equal(NotApproved, (await _node.Check.PinAsync(_asker, "production", Of(null), null, goesBack: false, Cancel)).Failure?.Code);
        Assert.Equal("voided", await StateAsync(second.Id));
    }

    [Fact]
    public async Task Stage_and_alias_are_refused_for_other_files_than_were_approved()
    {
        var given = (await _node.RequestAsync(_asker, "churn")).Value;
        await _node.PackageAsync(await _node.FindAsync("churn", "1"), "dd");

        Assert.Equal("governance.approval_required", (await _node.Gated.MoveAsync(_asker, "churn", "1", "Production", archiveExisting: false, Cancel)).Failure?.Code);
        Assert.Equal("governance.approval_required", (await _node.Gated.SetAliasAsync(_asker, "churn", "production", "1", Cancel)).Failure?.Code);
        Assert.Equal("voided", await StateAsync(given.Id));
        await _node.RequestAsync(_asker, "churn");
        Assert.True((await _node.Gated.SetAliasAsync(_asker, "churn", "production", "1", Cancel)).Succeeded);
    }

    [Fact]
    public async Task What_another_server_ended_counts_at_once_for_a_revision_and_for_what_is_brought_to_life()
    {
        var boss = await _node.PersonAsync("boss", "manager");
        var given = (await _node.RequestAsync(_asker, "churn")).Value;
        using var other = new ApprovalNode(database, _clock);
        var pinned = (await other.Check.PinAsync(_asker, "production", Of(null), null, goesBack: false, Cancel)).Value;
        var row = Row(pinned);
        Assert.Null((await other.Check.AdmitAsync(row, pinned.Variants[0], Sha256, Cancel)).Failure);
        Assert.Null(await RecheckAsync(other, row, pinned));
        Assert.Equal("revoked", (await _node.Approvals.RevokeAsync(boss, given.Id, "It refuses a whole town.", Cancel)).Value.State);

        // Its memory does not know yet.
        Assert.Null(other.Ends.Of(WorkspaceId.Default, given.Id));
        Assert.Contains("a whole town", (await other.Check.PinAsync(_asker, "production", pinned, pinned, goesBack: false, Cancel)).Failure!.Message, StringComparison.Ordinal);
        Assert.Equal(NotApproved, (await other.Check.PinAsync(_asker, "production", pinned, null, goesBack: true, Cancel)).Failure?.Code);
        Assert.Equal(NotApproved, (await other.Check.AdmitAsync(row, pinned.Variants[0], Sha256, Cancel)).Failure?.Code);
        // Nor what was looked at before it ended: the write itself sees it.
        Assert.Equal(NotApproved, (await RecheckAsync(other, row, pinned))?.Code);
        // What stops no traffic goes on where it is, and is not brought anew.
        await _node.VersionAsync("void");
        var second = (await _node.RequestAsync(_asker, "void")).Value;
        var there = (await other.Check.PinAsync(_asker, "production", Of(null, "void"), null, goesBack: false, Cancel)).Value;
        await _node.Changes.PoliciesAsync(WorkspaceId.Default, new string('9', 64), Cancel);
        Assert.Equal("voided", await StateAsync(second.Id));
        Assert.Null(await RecheckAsync(other, Row(there), there));
        Assert.Equal(NotApproved, (await RecheckAsync(other, Row(there), there, isNew: true))?.Code);

        static async Task<Failure?> RecheckAsync(ApprovalNode node, DeploymentRow row, DeploymentSpec pinned, bool isNew = false) => (await node.InTransactionAsync<Done>(
            async session => await node.Check.RecheckAsync(session, row.Key, pinned, isNew ? null : row.Spec, goesBack: false) is { } refused ? refused : Done.Ok)).Failure;
    }

    [Fact]
    public async Task A_server_that_starts_reads_only_ends_that_can_still_matter()
    {
        var boss = await _node.PersonAsync("boss", "manager");
        var revoked = (await _node.RequestAsync(_asker, "churn")).Value;
        await _node.Approvals.RevokeAsync(boss, revoked.Id, "It refuses a whole town.", Cancel);
        await _node.VersionAsync("void");
        var voided = (await _node.RequestAsync(_asker, "void")).Value;
        await _node.Changes.PoliciesAsync(WorkspaceId.Default, new string('9', 64), Cancel);
        using (var early = new ApprovalEnds(database.Db, _clock))
        {
            await early.BeginAsync(Cancel);
            Assert.NotNull(early.Of(WorkspaceId.Default, revoked.Id));
            Assert.NotNull(early.Of(WorkspaceId.Default, voided.Id));
        }

        // The token of the void one is past any use-by date by now.
        _clock.Advance(TimeSpan.FromDays(366));
        using var late = new ApprovalEnds(database.Db, _clock);
        await late.BeginAsync(Cancel);
        Assert.NotNull(late.Of(WorkspaceId.Default, revoked.Id));
        Assert.Null(late.Of(WorkspaceId.Default, voided.Id));
        // One that has run all the time lets go of it too.
        Assert.NotNull(_node.Ends.Of(WorkspaceId.Default, voided.Id));
        await _node.Ends.RefreshAsync(Cancel);
        Assert.Null(_node.Ends.Of(WorkspaceId.Default, voided.Id));
        // What follows is read as before.
        await _node.VersionAsync("next");
        var next = (await _node.RequestAsync(_asker, "next")).Value;
        await _node.Approvals.RevokeAsync(boss, next.Id, "Also.", Cancel);
        await late.RefreshAsync(Cancel);
        Assert.True(late.Of(WorkspaceId.Default, next.Id)!.StopsTraffic);
        Assert.NotNull(_node.Ends.Of(WorkspaceId.Default, revoked.Id));
    }

    [Fact]
    public async Task A_server_tells_once_why_it_does_not_take_up_what_is_not_approved()
    {
        var row = Row(Of(null));
        await _node.InTransactionAsync<Done>(async session =>
        {
            await DeploymentStore.PutAsync(session, row);
            return Done.Ok;
        });
        var told = await TryAsync();
        Assert.Equal(("failed", _clock.GetUtcNow().ToUnixTimeMilliseconds()), (told.State, told.At));
        Assert.Contains("there is no approval", told.Reason, StringComparison.Ordinal);
        Assert.Contains("there is no approval", _node.Active.NotReady(row.Key), StringComparison.Ordinal);

        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(told, await TryAsync());
        // Another reason is news.
        var inherited = await _node.InheritAsync("churn", "1");
        await _node.PackageAsync(await _node.FindAsync("churn", "1"), "dd");
        _clock.Advance(TimeSpan.FromMinutes(1));
        var other = await TryAsync();
        Assert.Equal(_clock.GetUtcNow().ToUnixTimeMilliseconds(), other.At);
        Assert.Contains($"the files are not those that approval {inherited.Id} was given for", other.Reason, StringComparison.Ordinal);

        async Task<DeploymentNode> TryAsync()
        {
            Assert.Equal(NotApproved, (await _node.Activation.ActivateAsync(row.Key, Cancel))?.Code);
            return (await _node.InTransactionAsync<DeploymentNode>(async session => Assert.Single(await NodeStore.ListAsync(session, row.Key, 0)))).Value;
        }
    }

    [Fact]
    public async Task What_was_there_before_approvals_goes_on_under_the_one_it_inherited_and_ends_with_it()
    {
        var stored = Of(null);
        Assert.Equal(NotApproved, (await AdmitAsync()).Failure?.Code);
        var inherited = await _node.InheritAsync("churn", "1");
        Assert.Equal("inherited", inherited.Kind);
        Assert.Equal(inherited.Token, (await AdmitAsync()).Value);

        // After its use-by date, and void: it goes on, may be changed and gone back to. More traffic it does not get.
        _clock.Advance(TimeSpan.FromDays(31));
        await GoesOnAsync();
        await _node.CardAsync(await _node.FindAsync("churn", "1"), 1, new string('1', 64));
        await GoesOnAsync();
        Assert.Equal("voided", await StateAsync(inherited.Id));
        Assert.Equal(NotApproved, (await _node.Check.PinAsync(_asker, "production", Of(null), null, goesBack: false, Cancel)).Failure?.Code);
        var half = new DeploymentSpec { Variants = [.. stored.Variants, new() { Name = "other", Model = "elsewhere", Version = "1", Weight = 1 }] };
        Assert.Equal(NotApproved, (await _node.Check.PinAsync(_asker, "production", stored, half, goesBack: false, Cancel)).Failure?.Code);

        // What is there and answers under another approval is void as ever.
        await _node.VersionAsync("later");
        var later = (await _node.RequestAsync(_asker, "later")).Value;
        await _node.Changes.PoliciesAsync(WorkspaceId.Default, new string('9', 64), Cancel);
        Assert.Equal("voided", await StateAsync(later.Id));
        Assert.Equal(NotApproved, (await _node.Check.AdmitAsync(Row(Of(null, "later")), Of(null, "later").Variants[0], Sha256, Cancel)).Failure?.Code);

        // Revoked it stops.
        await _node.VersionAsync("fraud");
        var fraud = await _node.InheritAsync("fraud", "1");
        Assert.Equal(fraud.Token, (await AdmitAsync("fraud")).Value);
        await _node.Approvals.RevokeAsync(await _node.PersonAsync("boss", "manager"), fraud.Id, "Enough.", Cancel);
        Assert.Equal(NotApproved, (await AdmitAsync("fraud")).Failure?.Code);
        Assert.Equal(NotApproved, (await _node.Check.PinAsync(_asker, "production", Of(null, "fraud"), Of(null, "fraud"), goesBack: false, Cancel)).Failure?.Code);

        ValueTask<Result<string?>> AdmitAsync(string model = "churn") => _node.Check.AdmitAsync(Row(Of(null, model)), Of(null, model).Variants[0], Sha256, Cancel);

        async Task GoesOnAsync()
        {
            Assert.Equal(inherited.Token, (await AdmitAsync()).Value);
            foreach (var (before, goesBack) in new[] { ((DeploymentSpec?)stored, false), (null, true) })
            {
                var changed = (await _node.Check.PinAsync(_asker, "production", stored with { Limits = new() { Concurrency = 4 } }, before, goesBack, Cancel)).Value;
                Assert.Equal(inherited.Token, changed.Variants[0].Approval);
                // The next change, whose document names none again.
                Assert.Equal(inherited.Token, (await _node.Check.PinAsync(_asker, "production", stored, changed, goesBack: false, Cancel)).Value.Variants[0].Approval);
                var refused = await _node.InTransactionAsync<Done>(
                    async session => await _node.Check.RecheckAsync(session, Row(stored).Key, changed, before, goesBack) is { } failure ? failure : Done.Ok);
                Assert.Null(refused.Failure);
            }
        }
    }

    private static DeploymentSpec Of(string? approval, string model = "churn") =>
        new() { Variants = [new() { Name = "stable", Model = model, Version = "1", Weight = 1, Approval = approval }] };

    private DeploymentRow Row(DeploymentSpec spec)
    {
        var made = _clock.GetUtcNow().ToUnixTimeMilliseconds();
        return new(new(WorkspaceId.Default, "production", "churn"), 1, IsRemoved: false, spec, "asker", made, made);
    }

    private async Task<string> StateAsync(string id) => (await _node.Approvals.GetAsync(_asker, id, Cancel)).Value.State;
}
