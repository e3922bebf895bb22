using Microsoft.AspNetCore.Http;
using Orrery.Kernel;

namespace Orrery.Tenancy;

/// <summary>Whether the caller of a request has another permission than the one the endpoint asks for: to show more, never to let in.</summary>
public sealed class FurtherRights
{
    private readonly AccessControl _access;
    private readonly Workspaces _workspaces;

    internal FurtherRights(AccessControl access, Workspaces workspaces) => (_access, _workspaces) = (access, workspaces);

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

    /// <summary>Names of all permissions that the caller has on the platform, and on the whole of the workspace that the request names; none where it is not theirs.</summary>
    /// <param name="context">A request that was let in, to whatever.</param>
    /// <param name="cancel">Stops waiting.</param>
    public async ValueTask<IReadOnlyList<string>> NamesAsync(HttpContext context, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(context);
        var caller = context.Features.Get<Caller>() ?? throw new InvalidOperationException("The request was not let in.");
        if (caller.IsLocalAdmin)
            return [.. PermissionCatalogue.All.Select(static one => one.Name)];
        var wanted = context.Features.Get<WantedWorkspace>()?.Name;
        if ((await _workspaces.FindForAsync(caller, wanted, cancel)).Failed(out _, out var workspace))
            return [];
        var rights = await _access.RightsAsync(caller, workspace.Id.Value, cancel);
        var platform = await _access.RightsAsync(caller, tenant: 0, cancel);
        return [.. PermissionCatalogue.All.Where(Has).Select(static one => one.Name)];

        bool Has(Permission one) => one.Scope is PermissionScope.Workspace
            ? AccessControl.Check(caller, rights, workspace.Id.Value, one, objectKind: null).Allowed
            : AccessControl.Check(caller, platform, tenant: 0, one, objectKind: null).Allowed;
    }
}
