using Microsoft.AspNetCore.Http;
using Orrery.Kernel;

namespace Orrery.Tenancy;

/// <summary>Callers as actors on the platform as a whole.</summary>
internal static class Callers
{
    private const string Platform = "platform";

    public static Actor OnPlatform(this Caller caller, HttpContext context) => new(WorkspaceId.Platform, Platform, caller.Name)
    {
        Origin = Of(context, caller.Method) with { PrincipalId = caller.PrincipalId, TokenId = caller.Token?.TokenId },
    };

    /// <summary>Somebody who has not proved who they are.</summary>
    public static Actor Unknown(HttpContext context, string method) => new(WorkspaceId.Platform, Platform, "anonymous") { Origin = Of(context, method) };

    private static Origin Of(HttpContext context, string method) => new()
    {
        Method = method,
        Address = context.Connection.RemoteIpAddress?.ToString(),
        RequestId = context.TraceIdentifier,
    };
}
