using Orrery.Contracts;
using Orrery.Governance;
using Xunit;

namespace Orrery.Tests.Integration;

/// <content>Who may not decide, whatever hands they act through, and what may not go on for ever.</content>
public abstract partial class ApprovalBehaviour
{
    [Fact]
    public async Task Nobody_decides_on_what_their_service_account_or_their_token_asked_for()
    {
        _node.Tier = "medium";
        var maker = await _node.PersonAsync("maker", "manager");
        var second = await _node.PersonAsync("second", "manager");
        var third = await _node.PersonAsync("third", "manager");
        var senior = await _node.PersonAsync("senior", "senior-data-scientist");
        await _node.PrincipalAsync("factory", "service", by: "maker");
        await _node.PrincipalAsync("robot", "service", by: "factory");
        await _node.TokenAsync("tok_robot", "usr_robot", by: "second");
        await _node.TokenAsync("tok_asker", "usr_asker", by: "third");

        var asked = (await _node.RequestAsync(ApprovalNode.Of("robot"), "churn")).Value;
        Assert.Equal("governance.approval_self", (await _node.ApproveAsync(maker, asked.Id)).Failure?.Code);
        Assert.Equal("governance.approval_self", (await _node.ApproveAsync(second, asked.Id)).Failure?.Code);
        // Nor does their role by another's hand, and it is not on their list.
        await _node.PersonAsync("deputy");
        await _node.Delegations.GiveAsync(maker, new() { Role = "manager", To = "deputy", EndsAt = _clock.GetUtcNow().AddDays(1) }, Cancel);
        Assert.Equal("governance.approval_role", (await _node.ApproveAsync(ApprovalNode.Of("deputy"), asked.Id)).Failure?.Code);
        Assert.Empty((await _node.Approvals.ListAsync(maker, null, null, mine: true, null, null, Cancel)).Value.Approvals);
        Assert.Equal("pending", (await _node.ApproveAsync(third, asked.Id)).Value.State);
        Assert.Equal("approved", (await _node.ApproveAsync(senior, asked.Id)).Value.State);

        // A person with a token that another made.
        await _node.VersionAsync("lent");
        var lent = (await _node.RequestAsync(_asker with { Origin = _asker.Origin with { TokenId = "tok_asker" } }, "lent")).Value;
        Assert.Equal("governance.approval_self", (await _node.ApproveAsync(third, lent.Id)).Failure?.Code);
        Assert.Equal("pending", (await _node.ApproveAsync(maker, lent.Id)).Value.State);
    }

    [Fact]
    public async Task Whoever_asks_for_what_is_pending_has_asked_for_it_too()
    {
        _node.Tier = "medium";
        var manager = await _node.PersonAsync("manager", "manager");
        var other = await _node.PersonAsync("other", "manager");
        var senior = await _node.PersonAsync("senior", "senior-data-scientist");
        var asked = (await _node.RequestAsync(_asker, "churn")).Value;
        Assert.Equal(asked.Id, (await _node.RequestAsync(manager, "churn")).Value.Id);

        Assert.Equal("governance.approval_self", (await _node.ApproveAsync(manager, asked.Id)).Failure?.Code);
        Assert.Equal("governance.not_requester", (await _node.Approvals.WithdrawAsync(manager, asked.Id, null, Cancel)).Failure?.Code);
        Assert.Equal("asker", (await _node.Approvals.GetAsync(_asker, asked.Id, Cancel)).Value.RequestedBy);
        // What was decided before stays decided.
        Assert.Equal("pending", (await _node.ApproveAsync(other, asked.Id)).Value.State);
        Assert.Equal(asked.Id, (await _node.RequestAsync(other, "churn")).Value.Id);
        Assert.Equal("approved", (await _node.ApproveAsync(senior, asked.Id)).Value.State);
        // The separation of duties is seen in what auditors read: the same approval, with the ids of all who asked.
        var found = await _node.InTransactionAsync<string>(async session =>
        {
            using var sql = session.Sql("select requester_id from gov_approval where tenant_id = 1 and approval_id = @id").Set("id", asked.Id);
            return await sql.FindAsync(static row => row.GetString(0)) ?? "";
        });
        Assert.Equal("usr_asker usr_manager", found.Value);
    }

    [Fact]
    public async Task A_waiver_follows_another_only_after_the_review_of_that()
    {
        _node.Tier = "high";
        var boss = await _node.PersonAsync("boss", "manager");
        var chair = await _node.PersonAsync("chair", "vp-engineering");
        var first = (await _node.ApproveAsync(boss, (await _node.RequestAsync(_asker, "churn", emergency: true, hours: 1)).Value.Id)).Value;
        // The same again is the one that stands.
        Assert.Equal(first.Id, (await _node.RequestAsync(_asker, "churn", emergency: true, hours: 1)).Value.Id);
        _clock.Advance(TimeSpan.FromHours(2));
        await _node.Clock.LookAsync(Cancel);

        var refused = await _node.RequestAsync(_asker, "churn", emergency: true, hours: 1);
        Assert.Equal("governance.waiver_unreviewed", refused.Failure?.Code);
        var review = Assert.Single(await _node.ReviewsAsync());
        Assert.Contains(review.Id, refused.Failure!.Message, StringComparison.Ordinal);
        Assert.Equal("pending", (await _node.RequestAsync(_asker, "churn")).Value.State);
        await _node.VersionAsync("other");
        Assert.Equal("pending", (await _node.RequestAsync(_asker, "other", emergency: true, hours: 1)).Value.State);

        Assert.Equal("done", (await _node.Reviews.CompleteAsync(chair, review.Id, new() { Notes = "It was needed." }, Cancel)).Value.State);
        Assert.Equal("pending", (await _node.RequestAsync(_asker, "churn", emergency: true, hours: 1)).Value.State);
    }
}
