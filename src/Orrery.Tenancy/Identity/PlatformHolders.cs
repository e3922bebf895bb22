using Microsoft.AspNetCore.Http;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Tenancy;

/// <summary>
/// Keeps who manages identities from becoming more than they are: the sign-in of somebody who holds a role everywhere, and who is in a group
/// that does, are changed only by who holds everything. Thread-safe.
/// </summary>
internal sealed class PlatformHolders(Db db, AccessControl access, TimeProvider time)
{
    private static readonly PermissionSet Everything = Roles.Find(Roles.PlatformAdmin)!.Permissions;

    /// <summary>Why the caller may not lay hands on how a principal gets in, or who is in it; null when they may.</summary>
    public async ValueTask<Failure?> RefuseAsync(HttpContext context, string target, CancellationToken cancel)
    {
        var caller = context.Caller();
        if (caller.IsLocalAdmin || await HoldsEverythingAsync(caller, cancel))
            return null;
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var held = await db.ReadAsync(
            async session => await GrantStore.HoldsEverywhereAsync(session, [target, .. await PrincipalStore.GroupsAsync(session, target)], now),
            cancel);
        return held
            ? new Failure(
                FailureKind.Denied,
                "tenancy.beyond_own_rights",
                $"{PrincipalName.Clip(target)} holds a role everywhere: only a platform-admin, by a session, a password or a token without limits, changes how they sign in or who is in the group.")
            : null;
    }

    private async ValueTask<bool> HoldsEverythingAsync(Caller caller, CancellationToken cancel) =>
        caller.Token is not ({ Permissions: not null } or { Workspace: not null })
        && ((await access.RightsAsync(caller, WorkspaceId.Platform.Value, cancel)).Whole & Everything) == Everything;
}
