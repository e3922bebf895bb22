using System.Globalization;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orrery.Kernel;

namespace Orrery.Tenancy;

/// <summary>
/// Between routing and the endpoint: who asks, in which workspace, and whether they may. An endpoint that declares nothing is refused.
/// What is refused is in the audit trail before it is answered (<see cref="RefusalTrail"/>).
/// </summary>
internal sealed class AccessMiddleware(
    RequestDelegate next, Authentication authentication, AccessControl access, Workspaces workspaces, RequestQuota requests,
    RequestLimiter limiter, NamelessLimiter nameless, RequestMeter meter, RefusalTrail trail)
{
    private const string Platform = "platform";

    public async Task InvokeAsync(HttpContext context)
    {
        // Nothing is mapped there, or not for this method: the edge says so.
        if (context.GetEndpoint() is not RouteEndpoint endpoint)
        {
            await next(context);
            return;
        }

        var declared = endpoint.Metadata.GetMetadata<PermissionMetadata>();
        var isOpen = declared is null ? endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null : declared.Permission is null;
        // Signing in has the address's limit too; health and metrics, which declare nothing, are always answered.
        if ((declared is not null || !isOpen) && await authentication.LookAsync(context.RequestAborted) && limiter.RefusesAddress(context) is { } wait)
        {
            await AnswerAsync(context, endpoint, wait);
            return;
        }

        if (isOpen)
        {
            await next(context);
            return;
        }

        var admitted = await AdmitAsync(context, endpoint);
        if (admitted.Failed(out var refused, out var actor))
        {
            await AnswerAsync(context, endpoint, refused);
            return;
        }

        if (!requests.TryAcquire(actor.Workspace, out var after))
        {
            var seconds = Math.Max(1, (long)Math.Ceiling(after.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
            context.Response.Headers.RetryAfter = seconds;
            await AnswerAsync(context, endpoint, TooMany(actor.WorkspaceName, seconds));
            return;
        }

        context.Features.Set(actor);
        meter.Count(actor);
        await next(context);
    }

    private static Task AnswerAsync(HttpContext context, RouteEndpoint endpoint, Failure failure) =>
        endpoint.Metadata.GetMetadata<EndpointRefusals>() is { } own ? own.WriteAsync(context, failure) : Refusals.WriteAsync(context, failure);

    private async ValueTask<Result<Actor>> AdmitAsync(HttpContext context, RouteEndpoint endpoint)
    {
        var cancel = context.RequestAborted;
        if ((await authentication.AuthenticateAsync(context, cancel)).Failed(out var unknown, out var caller))
        {
            if (unknown.Kind is not (FailureKind.Unauthenticated or FailureKind.Denied))
                return unknown;
            if (nameless.Count(context) is { } tooMany)
                return tooMany;
            await trail.RecordAsync(
                Callers.Unknown(context, "none"), KeyedLimiter.KeyOf(context.Connection.RemoteIpAddress), endpoint, unknown.Code, asked: null, cancel);
            return unknown;
        }

        if (!caller.IsLocalAdmin && limiter.Refuses(context, caller) is { } wait)
            return wait;
        var declared = endpoint.Metadata.GetMetadata<PermissionMetadata>();
        if (declared?.Permission is not { } name || PermissionCatalogue.Find(name) is not { } permission)
            return Undeclared(endpoint);
        context.Features.Set(caller);
        var origin = OriginOf(context, caller);
        var wanted = context.Features.Get<WantedWorkspace>()?.Name;
        if (permission.Scope is not PermissionScope.Workspace)
            return await AdmitToPlatformAsync(new Actor(WorkspaceId.Platform, Platform, caller.Name) { Origin = origin }, caller, permission, endpoint, context, cancel);
        if ((await workspaces.FindForAsync(caller, wanted, cancel)).Failed(out var noSuch, out var workspace))
        {
            if (noSuch.Kind is not FailureKind.NotFound)
                return noSuch;
            // The same questions and the same entry as for one in which the caller has nothing: it takes as long.
            await access.RightsAsync(caller, Nowhere(wanted), cancel);
            return await RefuseAsync(new Actor(WorkspaceId.Platform, Platform, caller.Name) { Origin = origin }, endpoint, noSuch, wanted, context, cancel);
        }

        var actor = new Actor(workspace.Id, workspace.Name, caller.Name) { Origin = origin };
        if (caller.IsLocalAdmin)
            return actor;
        var rights = await access.RightsAsync(caller, workspace.Id.Value, cancel);
        var verdict = AccessControl.Check(caller, rights, workspace.Id.Value, permission, declared.ObjectKind);
        if (verdict.Allowed)
        {
            return workspace.NeedsSecondFactor && !caller.SecondFactor
                ? await RefuseAsync(actor, endpoint, SecondFactorNeeded(workspace.Name), asked: null, context, cancel)
                : actor with { Limits = verdict.Limits };
        }

        // To whom has nothing there, it answers as one that does not exist, and its team's trail is not theirs to write in.
        var stranger = rights.IsEmpty || (caller.Token?.Workspace is { } home && home != workspace.Id.Value && verdict.Limits is null && rights.Shares.Count == 0);
        return stranger
            ? await RefuseAsync(actor with { Workspace = WorkspaceId.Platform, WorkspaceName = Platform }, endpoint, Workspaces.NotFound(workspace.Name), workspace.Name, context, cancel)
            : await RefuseAsync(actor, endpoint, Denied(caller, workspace.Name, permission), asked: null, context, cancel);
    }

    private async ValueTask<Result<Actor>> AdmitToPlatformAsync(
        Actor actor, Caller caller, Permission permission, RouteEndpoint endpoint, HttpContext context, CancellationToken cancel)
    {
        if (caller.IsLocalAdmin)
            return actor;
        var rights = permission.Scope is PermissionScope.Self ? Rights.None : await access.RightsAsync(caller, tenant: 0, cancel);
        return AccessControl.Check(caller, rights, tenant: 0, permission, objectKind: null).Allowed
            ? actor
            : await RefuseAsync(actor, endpoint, Denied(caller, where: null, permission), asked: null, context, cancel);
    }

    private async ValueTask<Failure> RefuseAsync(Actor actor, RouteEndpoint endpoint, Failure failure, string? asked, HttpContext context, CancellationToken cancel)
    {
        // Who looks at a page did not ask for the parts of it that they may not see. What they named, such as a workspace, they did ask for.
        if (asked is null && failure.Code is "tenancy.permission_denied" && context.Features.Get<PartOfPage>() is not null)
            return failure;
        await trail.RecordAsync(actor, actor.Origin.PrincipalId!, endpoint, failure.Code, asked, cancel);
        return failure;
    }

    // A number that no workspace has.
    private static long Nowhere(string? name) => -1L - (uint)string.GetHashCode(name, StringComparison.Ordinal);

    private static Origin OriginOf(HttpContext context, Caller caller) => new()
    {
        PrincipalId = caller.PrincipalId,
        Method = caller.Method,
        TokenId = caller.Token?.TokenId,
        Address = AddressOf(context),
        RequestId = context.TraceIdentifier,
    };

    private static string? AddressOf(HttpContext context) => context.Connection.RemoteIpAddress?.ToString();

    private static Failure Undeclared(RouteEndpoint endpoint) => new(
        FailureKind.Denied, "tenancy.undeclared_endpoint", $"{endpoint.RoutePattern.RawText} declares no permission that is known, so nobody may use it.");

    private static Failure TooMany(string workspace, string seconds) => new(
        FailureKind.Exhausted,
        "tenancy.too_many_requests",
        $"The workspace '{workspace}' has used up its requests per second. Try again in {seconds} s; 'mlops quota' shows the limit and whom to ask for more.");

    private static Failure SecondFactorNeeded(string workspace) => new(
        FailureKind.Denied,
        "tenancy.second_factor_required",
        $"The workspace '{workspace}' asks its people for a second factor. Set one up ('mlops me second-factor enable'), then sign in with it, or with a token made with it; who signs in at an identity provider sets it up there.");

    private static Failure Denied(Caller caller, string? where, Permission permission)
    {
        var place = where is null ? "on this platform" : string.Create(CultureInfo.InvariantCulture, $"in the workspace '{where}'");
        return caller.Token?.Permissions is { } only && !only.Contains(permission.Name)
            ? new(FailureKind.Denied, "tenancy.token_scope", $"This token is not good for {permission.Name}: it was made for {string.Join(", ", only.Order())}.")
            : new(FailureKind.Denied, "tenancy.permission_denied", $"{caller.Name} lacks the permission {permission.Name} {place}. Whoever manages it can grant a role that has it.");
    }
}
