using Orrery.Audit;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Storage;
using Orrery.Tenancy;

namespace Orrery.Governance;

/// <summary>Letting others decide in a role of one's own. It is worth what its giver holds at the moment of decision, and cannot be passed on.</summary>
internal sealed class Delegations(Db db, AuditLog audit, TimeProvider time)
{
    private const string Code = "governance.invalid_delegation";
    private const int MostDays = 90;

    /// <summary>Delegates; <c>governance.invalid_delegation</c>, <c>governance.approval_person</c>, <c>governance.approval_role</c>, <c>governance.unknown_person</c>.</summary>
    public async ValueTask<Result<ApprovalDelegation>> GiveAsync(Actor actor, DelegateApprovals asked, CancellationToken cancel)
    {
        var now = DateTimeOffset.FromUnixTimeMilliseconds(time.GetUtcNow().ToUnixTimeMilliseconds());
        var starts = asked.StartsAt ?? now;
        if (starts < now.AddMinutes(-1) || asked.EndsAt <= starts || asked.EndsAt > starts.AddDays(MostDays))
            return Failure.Invalid(Code, $"A delegation starts now or later and ends after its start, {MostDays} days later at most; this is from {starts:u} to {asked.EndsAt:u}.");
        if (asked.Reason?.Length > 1000)
            return Failure.Invalid(Code, "'reason' may have 1,000 characters.");
        return await db.WriteAsync<ApprovalDelegation>(async session =>
        {
            // What one holds oneself, and not what others have lent: no chains.
            if ((await Voters.ReadAsync(session, actor, "", now)).Failed(out var nobody, out var voter))
                return nobody;
            if (!voter.Roles.Contains(asked.Role))
                return new Failure(FailureKind.Denied, "governance.approval_role", $"{voter.Person.Name} does not hold the role '{(asked.Role.Length > 80 ? asked.Role[..80] : asked.Role)}' in the whole workspace; only what one holds oneself can be delegated.");
            if (await RoleHolders.FindNamedAsync(session, asked.To) is not { IsPerson: true, IsActive: true } to)
                return Failure.NotFound("governance.unknown_person", $"There is no active person '{(asked.To.Length > 80 ? asked.To[..80] : asked.To)}'.");
            if (to.PrincipalId == voter.Person.PrincipalId)
                return Failure.Invalid(Code, "One need not delegate to oneself.");
            var row = new DelegationRow(
                Guid.CreateVersion7(now).ToString("N"), asked.Role, voter.Person.PrincipalId, voter.Person.Name, to.PrincipalId, to.Name, starts.ToUnixTimeMilliseconds(), asked.EndsAt.ToUnixTimeMilliseconds(), asked.Reason, null);
            await DelegationStore.InsertAsync(session, actor.Workspace, row);
            await WriteAsync(session, actor, "approval.delegate", row);
            return Wire(row);
        }, cancel);
    }

    /// <summary>Takes one's own back, again changes nothing; <c>governance.delegation_not_found</c>.</summary>
    public async ValueTask<Result<Done>> TakeAsync(Actor actor, string id, CancellationToken cancel) => await db.WriteAsync<Done>(async session =>
    {
        if (await DelegationStore.FindAsync(session, actor.Workspace, id) is not { } row || (row.FromId != actor.Origin.PrincipalId && row.ToId != actor.Origin.PrincipalId))
            return Failure.NotFound("governance.delegation_not_found", $"There is no delegation {(id.Length > 80 ? id[..80] : id)} of yours or to you.");
        if (await DelegationStore.RevokeAsync(session, actor.Workspace, id, time.GetUtcNow().ToUnixTimeMilliseconds()))
            await WriteAsync(session, actor, "approval.delegation.end", row);
        return Done.Ok;
    }, cancel);

    /// <summary>One page, newest first; <c>governance.invalid_limit</c>, <c>governance.invalid_page_token</c>.</summary>
    public async ValueTask<Result<ApprovalDelegationPage>> ListAsync(Actor actor, int? limit, string? token, CancellationToken cancel)
    {
        if (Listings.LimitProblem(limit, "governance") is { } wrong)
            return wrong;
        if (Listings.After(token, "governance.invalid_page_token").Failed(out var notOurs, out var before))
            return notOurs;
        var size = limit ?? Listings.DefaultLimit;
        var found = await db.ReadAsync(session => DelegationStore.ListAsync(session, actor.Workspace, before.Length == 0 ? "~" : before, size + 1), cancel);
        var page = Listings.Cut(found, size, static row => PageToken.Encode(row.Id));
        return new ApprovalDelegationPage { Delegations = [.. page.Items.Select(Wire)], NextPageToken = page.NextToken };
    }

    private ValueTask WriteAsync(DbSession session, Actor actor, string action, DelegationRow row) =>
        audit.AppendAsync(session, actor, new AuditRecord(action, "approval-delegation", row.Id) { Detail = $$"""{"role":"{{row.Role}}","from":"{{row.FromId}}","to":"{{row.ToId}}"}""" });

    private static ApprovalDelegation Wire(DelegationRow row) => new()
    {
        Id = row.Id,
        Role = row.Role,
        From = row.FromName,
        To = row.ToName,
        StartsAt = DateTimeOffset.FromUnixTimeMilliseconds(row.StartsAt),
        EndsAt = DateTimeOffset.FromUnixTimeMilliseconds(row.EndsAt),
        Reason = row.Reason,
        RevokedAt = row.RevokedAt is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null,
    };
}
