using System.Collections.Frozen;
using System.Globalization;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Tenancy;

/// <summary>
/// The one check of permissions. Grants are remembered for each principal and workspace until something changes anywhere
/// (<see cref="AccessEpoch"/>), or for a minute at most. Thread-safe.
/// </summary>
internal sealed class AccessControl
{
    private const int MostRemembered = 100_000;
    private static readonly TimeSpan LongestMemory = TimeSpan.FromMinutes(1);

    private readonly Remembered<(string Principal, long Tenant), Rights> _rights;
    private readonly Db _db;
    private readonly TimeProvider _time;

    public AccessControl(Db db, AccessEpoch epoch, TimeProvider time)
    {
        _db = db;
        _time = time;
        _rights = new(time, LongestMemory, MostRemembered, epoch);
        epoch.Changed += _rights.Forget;
    }

    /// <summary>What a caller may do in a workspace; synchronous and without allocation when remembered.</summary>
    public ValueTask<Rights> RightsAsync(Caller caller, long tenant, CancellationToken cancel) =>
        _rights.Find((caller.PrincipalId, tenant)) is { } known && (known.Until == long.MaxValue || Now() < known.Until)
            ? new(known)
            : LoadAsync(caller.PrincipalId, tenant, cancel);

    /// <summary>Whether a caller may use a permission in a workspace.</summary>
    /// <param name="caller">Who; not the local admin, who may everything.</param>
    /// <param name="rights">What they may do there.</param>
    /// <param name="tenant">Number of the workspace; 0 for the platform.</param>
    /// <param name="permission">Of the catalogue.</param>
    /// <param name="objectKind">Kind of object that the endpoint knows to tell apart; null when it acts on the whole workspace.</param>
    /// <returns>Allowed on the whole workspace, on some objects (<see cref="AccessVerdict.Limits"/>), or not.</returns>
    public static AccessVerdict Check(Caller caller, Rights rights, long tenant, Permission permission, string? objectKind)
    {
        var index = PermissionCatalogue.IndexOf(permission.Name);
        if (caller.Token?.Permissions is { } only && !only.Contains(permission.Name))
            return AccessVerdict.Denied;
        if (permission.Scope is PermissionScope.Self)
            return AccessVerdict.Whole;
        // A token of one workspace reaches others only by what they share with it.
        var elsewhere = caller.Token?.Workspace is { } home && home != tenant;
        if (!elsewhere && rights.Whole.Has(index))
            return AccessVerdict.Whole;
        if (objectKind is null)
            return AccessVerdict.Denied;

        var ids = new HashSet<string>();
        foreach (var (reference, permissions) in elsewhere ? FrozenDictionary<ObjectRef, PermissionSet>.Empty : rights.Objects)
        {
            if (reference.Kind == objectKind && permissions.Has(index))
                ids.Add(reference.Id);
        }

        foreach (var share in rights.Shares)
        {
            if (share.Object.Kind == objectKind && share.Permissions.Has(index) && (caller.Token?.Workspace ?? share.With) == share.With)
                ids.Add(share.Object.Id);
        }

        return ids.Count == 0 ? AccessVerdict.Denied : AccessVerdict.On(new ObjectLimits(objectKind, ids));
    }

    // The groups are read with the grants: those that the caller came with may be of before a change.
    private async ValueTask<Rights> LoadAsync(string principal, long tenant, CancellationToken cancel)
    {
        var generation = _rights.Generation;
        var now = Now();
        try
        {
            var rights = await _db.ReadAsync(
                async session => await ReadAsync(session, tenant, [principal, .. await PrincipalStore.GroupsAsync(session, principal)], now), cancel);
            _rights.Keep((principal, tenant), rights, generation);
            return rights;
        }
        catch (DatabaseUnavailableException) when (_rights.FindOlder((principal, tenant)) is { } before && now < before.Until)
        {
            return before;
        }
    }

    private static async ValueTask<Rights> ReadAsync(DbSession session, long tenant, string[] subjects, long now)
    {
        var whole = PermissionSet.None;
        var objects = new Dictionary<ObjectRef, PermissionSet>();
        var until = long.MaxValue;
        Dictionary<string, PermissionSet>? custom = null;
        foreach (var grant in await GrantStore.OfCallerAsync(session, tenant, subjects))
        {
            if (await PermissionsAsync(grant) is not { } given)
                continue;
            if (grant.ObjectKind.Length == 0)
                whole |= given;
            else
                objects[new(grant.ObjectKind, grant.ObjectId)] = objects.GetValueOrDefault(new(grant.ObjectKind, grant.ObjectId)) | given;
        }

        var shares = new List<Share>();
        foreach (var grant in await GrantStore.SharesAsync(session, tenant, subjects, now))
        {
            var with = long.Parse(grant.SubjectId, CultureInfo.InvariantCulture);
            if (await PermissionsAsync(grant) is { } given)
                shares.Add(new(with, new(grant.ObjectKind, grant.ObjectId), given));
        }

        return new Rights { Whole = whole, Objects = objects.ToFrozenDictionary(), Shares = shares, Until = until };

        async ValueTask<PermissionSet?> PermissionsAsync(Grant grant)
        {
            if (grant.ExpiresAt is { } end)
            {
                if (end <= now)
                    return null;
                until = Math.Min(until, end);
            }

            if (Roles.Find(grant.Role) is { } builtIn)
                return builtIn.Permissions;
            custom ??= (await RoleStore.ListAsync(session, tenant)).ToDictionary(static role => role.Name, static role => PermissionSet.Of(role.Permissions));
            return custom.TryGetValue(grant.Role, out var own) ? own : null;
        }
    }

    private long Now() => _time.GetUtcNow().ToUnixTimeMilliseconds();
}

/// <summary>What the check found.</summary>
internal readonly record struct AccessVerdict(bool Allowed, ObjectLimits? Limits)
{
    public static readonly AccessVerdict Denied = new(Allowed: false, Limits: null);

    public static readonly AccessVerdict Whole = new(Allowed: true, Limits: null);

    public static AccessVerdict On(ObjectLimits limits) => new(Allowed: true, limits);
}
