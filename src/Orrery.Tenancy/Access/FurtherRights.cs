using Microsoft.AspNetCore.Http;
using Orrery.Kernel;

namespace Orrery.Tenancy;

/// <summary>Whether the caller of a request has another permission than the one the endpoint asks for: to show more, never to let in.</summary>
public sealed class FurtherRights
{
    private readonly AccessControl _access;

    internal FurtherRights(AccessControl access) => _access = access;

    /// <summary>What the caller may do with a permission in the workspace acted in.</summary>
    /// <param name="context">A request that was let in.</param>
    /// <param name="permission">Of the catalogue, asked for in workspaces.</param>
    /// <param name="objectKind">Kind of object that the caller of this tells apart.</param>
    /// <param name="cancel">Stops waiting.</param>
    /// <returns>Whether at all, and on which objects only (null for all).</returns>
    public async ValueTask<(bool Allowed, ObjectLimits? Limits)> OfAsync(
        HttpContext context, string permission, string objectKind, CancellationToken cancel)
    {
        if (context.Features.Get<Actor>() is not { } actor || context.Features.Get<Caller>() is not { } caller)
            throw new InvalidOperationException("The request was not let in.");
        if (caller.IsLocalAdmin)
            return (true, null);
        var asked = PermissionCatalogue.Find(permission) ?? throw new ArgumentException($"There is no permission {permission}.", nameof(permission));
        var rights = await _access.RightsAsync(caller, actor.Workspace.Value, cancel);
        var verdict = AccessControl.Check(caller, rights, actor.Workspace.Value, asked, objectKind);
        return (verdict.Allowed, verdict.Limits);
    }
}
