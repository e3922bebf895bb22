using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orrery.Contracts;
using Orrery.Kernel;

namespace Orrery.Tenancy;

/// <summary><c>/api/v1/me</c>, <c>/session</c> and <c>/admin/init</c>.</summary>
internal static class MeEndpoints
{
    private const string Self = "identity.self";

    public static void Map(IEndpointRouteBuilder app)
    {
        var group = app.MapGroup("/api/v1").WithTags("Identity");
        group.MapGet("me", WhoamiAsync).RequirePermission(Self).WithName("GetMe").WithSummary("Who the server takes the caller for.");
        group.MapPut("me/password", SetPasswordAsync).RequirePermission(Self).WithName("SetOwnPassword")
            .WithSummary("Changes one's own password, which needs the present one, and ends one's sessions.");
        group.MapPost("admin/init", InitAsync).OpenToAll().WithName("InitAdmin")
            .WithSummary("Makes the first administrator and turns identity on. Once only, while the server is reached from its own machine alone.");
        group.MapPost("session", SignInAsync).OpenToAll().WithName("SignIn").WithSummary("Signs a browser in: sets the session's cookie.");
        group.MapGet("session", ShowAsync).OpenToAll().WithName("GetSession").WithSummary("The browser's session, with the token that changes need.");
        group.MapDelete("session", SignOutAsync).OpenToAll().WithName("SignOut").WithSummary("Ends the browser's session; with everywhere=true all of the person's.");
    }

    private static async Task<Answer<Me>> WhoamiAsync(HttpContext context, Tokens tokens, FurtherRights rights, CancellationToken cancel)
    {
        var caller = context.Caller();
        var token = caller.Token is { } scope ? await tokens.FindAsync(scope.TokenId, cancel) : null;
        return new Me
        {
            PrincipalId = caller.PrincipalId,
            Name = caller.Name,
            Method = caller.Method,
            Groups = caller.Groups,
            TokenId = caller.Token?.TokenId,
            TokenPermissions = token?.Permissions,
            TokenWorkspace = token?.Workspace,
            SecondFactor = caller.SecondFactor,
            Permissions = await rights.NamesAsync(context, cancel),
        };
    }

    private static async Task<Answer> SetPasswordAsync(
        NewPassword body, HttpContext context, Passwords passwords, Principals principals, CancellationToken cancel)
    {
        var caller = context.Caller();
        if ((await passwords.ConfirmAsync(context, caller, body.Current ?? "", cancel)).Failure is { } wrong)
            return (Result<Done>)wrong;
        var person = await principals.FindAsync("person", caller.PrincipalId, cancel);
        return person.Failed(out var missing, out var one)
            ? (Result<Done>)missing
            : await principals.SetPasswordAsync(context.Actor(), one, body.Password, keepTokens: true, cancel);
    }

    private static async Task<Answer<Principal>> InitAsync(
        FirstAdministrator body, HttpContext context, Authentication who, Principals principals, CancellationToken cancel)
    {
        if (await who.LookAsync(cancel))
            return Failure.Conflict("tenancy.identity_on", "Identity is on already: an administrator makes further people.");
        if (Authentication.RefusesForwarded(context) is { } refusal)
            return refusal;
        return await principals.CreateFirstAdminAsync(Caller.LocalAdmin.OnPlatform(context), body.Name, body.Password, cancel);
    }

    private static async Task<Answer<WebSession>> SignInAsync(
        SignIn body, HttpContext context, Authentication who, Passwords passwords, Sessions sessions, CancellationToken cancel)
    {
        if (!await who.LookAsync(cancel))
            return Failure.Conflict("tenancy.identity_off", "There is nothing to sign in to while identity is off: run 'mlops admin init' first.");
        var caller = await passwords.CheckAsync(context, body.Name, body.Password, body.Code, cancel);
        return caller.Failed(out var failure, out var found) ? failure : await sessions.BeginAsync(context, found, found.SecondFactor, cancel);
    }

    private static async Task<Answer<WebSession>> ShowAsync(HttpContext context, Sessions sessions, CancellationToken cancel) =>
        await sessions.ShowAsync(context, cancel);

    private static async Task<Answer> SignOutAsync(HttpContext context, Sessions sessions, bool? everywhere, CancellationToken cancel) =>
        await sessions.EndAsync(context, everywhere ?? false, cancel);
}
