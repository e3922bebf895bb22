using Orrery.Kernel;
using Orrery.Storage;
using Orrery.Tenancy;

namespace Orrery.Governance;

/// <summary>Reads who wants to decide, in the transaction that decides: what they hold at that moment counts.</summary>
internal static class Voters
{
    // Of one person at a time; each asks for the roles of who lends.
    private const int MostLent = 20;

    /// <summary>Who acts, with the roles they hold and may use of others; <c>governance.approval_person</c> for who is no person.</summary>
    public static async ValueTask<Result<Voter>> ReadAsync(DbSession session, Actor actor, string modelId, DateTimeOffset now)
    {
        if (actor.Origin is not { PrincipalId: { } id, Method: not ("job" or "system") } || await RoleHolders.FindAsync(session, id) is not { } person)
        {
            return new Failure(FailureKind.Denied, "governance.approval_person",
                $"{actor.Name} is nobody who can hold a role: seats are for people who have signed in. On a server without identity turn it on first ('mlops admin init').");
        }

        var roles = await RoleHolders.RolesAsync(session, actor.Workspace, id, Permissions.ModelKind, modelId, now);
        var lent = new List<LentRole>();
        foreach (var delegation in await DelegationStore.ToAsync(session, actor.Workspace, id, now.ToUnixTimeMilliseconds(), MostLent))
        {
            if (await RoleHolders.FindAsync(session, delegation.FromId) is { IsPerson: true, IsActive: true } from
                && (await RoleHolders.RolesAsync(session, actor.Workspace, from.PrincipalId, Permissions.ModelKind, modelId, now)).Contains(delegation.Role))
                lent.Add(new(delegation.Role, from.PrincipalId, from.Name));
        }

        return new Voter(person, roles, lent);
    }
}
