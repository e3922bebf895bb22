using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Tenancy;

/// <summary>Somebody who may hold roles.</summary>
/// <param name="PrincipalId">Their id, which is never given again.</param>
/// <param name="Name">What they sign in with.</param>
/// <param name="IsPerson">False for a service account or a group.</param>
/// <param name="IsActive">False for one that is disabled.</param>
public sealed record RoleHolder(string PrincipalId, string Name, bool IsPerson, bool IsActive);

/// <summary>Who holds which role, read in the caller's transaction: as it is at that moment, and not as servers remember it.</summary>
public static class RoleHolders
{
    /// <summary>A principal by id; null when there is none.</summary>
    public static async ValueTask<RoleHolder?> FindAsync(DbSession session, string principalId) =>
        await PrincipalStore.FindAsync(session, principalId) is { } found
            ? new RoleHolder(found.PrincipalId, found.Name, found.Kind == "person", found.State == "active")
            : null;

    /// <summary>A principal by name, however it is written; null when there is none.</summary>
    public static async ValueTask<RoleHolder?> FindNamedAsync(DbSession session, string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return await GrantStore.FindPrincipalAsync(session, PrincipalName.Normal(name)) is { } id ? await FindAsync(session, id) : null;
    }

    /// <summary>
    /// Principal ids of everybody in whose hands an act may have been: who acts; who made the service account or one of its tokens, over those who made these; and who made the token
    /// at hand. Empty for the platform itself.
    /// </summary>
    /// <param name="session">The transaction.</param>
    /// <param name="origin">By which road the act came.</param>
    public static async ValueTask<IReadOnlyList<string>> BehindAsync(DbSession session, Origin origin)
    {
        ArgumentNullException.ThrowIfNull(origin);
        return origin.PrincipalId is { Length: > 0 } id ? [id, .. await PrincipalStore.MakersAsync(session, id, origin.TokenId ?? "")] : [];
    }

    /// <summary>
    /// The roles that a principal holds now, by grants of its own or of active groups it is in, in the workspace or everywhere, on all of it or on one object.
    /// </summary>
    /// <param name="session">The transaction.</param>
    /// <param name="workspace">Where.</param>
    /// <param name="principalId">Whose.</param>
    /// <param name="objectKind">Kind of the object that grants on it count for.</param>
    /// <param name="objectId">The object.</param>
    /// <param name="now">Grants that have ended by then do not count.</param>
    public static async ValueTask<IReadOnlySet<string>> RolesAsync(
        DbSession session, WorkspaceId workspace, string principalId, string objectKind, string objectId, DateTimeOffset now)
    {
        return (await HeldAsync(session, workspace, principalId, now)).On(objectKind, objectId);
    }

    /// <summary>As <see cref="RolesAsync"/>, for whatever object is asked about afterwards.</summary>
    /// <param name="session">The transaction.</param>
    /// <param name="workspace">Where.</param>
    /// <param name="principalId">Whose.</param>
    /// <param name="now">Grants that have ended by then do not count.</param>
    public static async ValueTask<HeldRoles> HeldAsync(DbSession session, WorkspaceId workspace, string principalId, DateTimeOffset now)
    {
        var at = now.ToUnixTimeMilliseconds();
        string[] subjects = [principalId, .. await PrincipalStore.GroupsAsync(session, principalId)];
        return new([.. (await GrantStore.OfCallerAsync(session, workspace.Value, subjects))
            .Where(grant => grant.ExpiresAt is null || grant.ExpiresAt > at)
            .Select(static grant => (grant.Role, grant.ObjectKind, grant.ObjectId))]);
    }
}

/// <summary>The roles that a principal holds, as they were read.</summary>
public sealed class HeldRoles
{
    private readonly IReadOnlyList<(string Role, string Kind, string Id)> _grants;

    internal HeldRoles(IReadOnlyList<(string Role, string Kind, string Id)> grants) => _grants = grants;

    /// <summary>Those on the whole workspace, or on one object.</summary>
    /// <param name="objectKind">Kind of the object that grants on it count for.</param>
    /// <param name="objectId">The object.</param>
    public IReadOnlySet<string> On(string objectKind, string objectId) => _grants
        .Where(grant => grant.Kind.Length == 0 || (grant.Kind == objectKind && grant.Id == objectId))
        .Select(static grant => grant.Role)
        .ToHashSet(StringComparer.Ordinal);
}
