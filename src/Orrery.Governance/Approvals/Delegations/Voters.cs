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
    public static async ValueTask<Result<Voter>> ReadAsync(DbSession session, Actor actor, string modelId, DateTimeOffset now) =>
        (await ReadAsync(session, actor, now)).Then<Voter>(hands => hands.On(modelId));

    /// <summary>As the other, for whatever model is asked about afterwards.</summary>
    public static async ValueTask<Result<VoterHands>> ReadAsync(DbSession session, Actor actor, DateTimeOffset now)
    {
        if (actor.Origin is not { PrincipalId: { } id, Method: not ("job" or "system") } || await RoleHolders.FindAsync(session, id) is not { } person)
        {
            return new Failure(FailureKind.Denied, "governance.approval_person",
                $"{actor.Name} is nobody who can hold a role: seats are for people who have signed in. On a server without identity turn it on first ('mlops admin init').");
        }

        var held = await RoleHolders.HeldAsync(session, actor.Workspace, id, now);
        var lent = new List<(LentRole Role, HeldRoles Held)>();
        foreach (var delegation in await DelegationStore.ToAsync(session, actor.Workspace, id, now.ToUnixTimeMilliseconds(), MostLent))
        {
            if (await RoleHolders.FindAsync(session, delegation.FromId) is { IsPerson: true, IsActive: true } from)
                lent.Add((new(delegation.Role, from.PrincipalId, from.Name), await RoleHolders.HeldAsync(session, actor.Workspace, from.PrincipalId, now)));
        }

        return new VoterHands(person, held, lent);
    }
}

/// <summary>Who wants to decide, before it is said on which model.</summary>
/// <param name="Person">Who.</param>
/// <param name="Held">What they hold.</param>
/// <param name="Lent">What was delegated to them, and what those hold who did.</param>
internal sealed record VoterHands(RoleHolder Person, HeldRoles Held, IReadOnlyList<(LentRole Role, HeldRoles Held)> Lent)
{
    /// <summary>As they stand for a model: a role is lent by who holds it there.</summary>
    public Voter On(string modelId) => new(
        Person, Held.On(Permissions.ModelKind, modelId), [.. Lent.Where(one => one.Held.On(Permissions.ModelKind, modelId).Contains(one.Role.Role)).Select(static one => one.Role)]);
}
