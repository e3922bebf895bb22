using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Orrery.Contracts;
using Orrery.Kernel;

namespace Orrery.Tenancy;

/// <summary><c>/api/v1/me/second-factor</c>, and <c>/api/v1/people/{id}/second-factor</c> for administrators.</summary>
internal static class SecondFactorEndpoints
{
    private const string Self = "identity.self";
    private static readonly Failure Off = Failure.Conflict(
        "tenancy.identity_off", "There is nobody to have a second factor while identity is off: run 'mlops admin init' first.");

    public static void Map(IEndpointRouteBuilder app)
    {
        var own = app.MapGroup("/api/v1/me/second-factor").WithTags("Identity");
        own.MapGet("", StatusAsync).RequirePermission(Self).WithName("GetSecondFactor").WithSummary("Whether one has a second factor, and how many recovery codes are left.");
        own.MapPost("", BeginAsync).RequirePermission(Self).WithName("BeginSecondFactor")
            .WithSummary("Makes a secret for one's authenticator, told this once. It is no factor until a code of it is confirmed.");
        own.MapPost("confirm", ConfirmAsync).RequirePermission(Self).WithName("ConfirmSecondFactor")
            .WithSummary("Makes it a factor, ends one's other sessions, and tells ten recovery codes this once.");
        own.MapPost("recovery-codes", ReplaceCodesAsync).RequirePermission(Self).WithName("ReplaceRecoveryCodes")
            .WithSummary("Ten new recovery codes in the place of all others, told this once. Needs the password and a code.");
        own.MapDelete("", RemoveAsync).RequirePermission(Self).WithName("RemoveSecondFactor")
            .WithSummary("Removes one's second factor and ends one's other sessions. Needs the password and a code.");
        app.MapDelete("/api/v1/people/{id}/second-factor", RemoveOfAsync).RequirePermission("identity.manage").WithTags("Identity").WithName("RemovePersonSecondFactor")
            .WithSummary("Removes the second factor of a person who lost it, and ends their sessions.");
    }

    private static async Task<Answer<SecondFactorStatus>> StatusAsync(HttpContext context, SecondFactors factors, CancellationToken cancel) =>
        await factors.StatusAsync(context.Caller().PrincipalId, cancel);

    private static async Task<Answer<SecondFactorSetup>> BeginAsync(
        BeginSecondFactor body, HttpContext context, Passwords passwords, SecondFactors factors, CancellationToken cancel)
    {
        if (await RefuseAsync(context, passwords, body.Password, cancel) is { } refusal)
            return refusal;
        return await factors.BeginAsync(context.Actor(), context.Caller().PrincipalId, cancel);
    }

    private static async Task<Answer<RecoveryCodes>> ConfirmAsync(ConfirmSecondFactor body, HttpContext context, SecondFactors factors, CancellationToken cancel)
    {
        context.Response.Headers.CacheControl = "no-store";
        return await factors.ConfirmAsync(context, context.Actor(), context.Caller().PrincipalId, body.Code, cancel);
    }

    private static async Task<Answer<RecoveryCodes>> ReplaceCodesAsync(
        SecondFactorProof body, HttpContext context, Passwords passwords, SecondFactors factors, CancellationToken cancel)
    {
        if (await RefuseAsync(context, passwords, body.Password, cancel) is { } refusal)
            return refusal;
        return await factors.ReplaceCodesAsync(context, context.Actor(), context.Caller().PrincipalId, body.Code, cancel);
    }

    private static async Task<Answer<SecondFactorStatus>> RemoveAsync(
        [FromBody] SecondFactorProof body, HttpContext context, Passwords passwords, SecondFactors factors, CancellationToken cancel)
    {
        if (await RefuseAsync(context, passwords, body.Password, cancel) is { } refusal)
            return refusal;
        return await factors.RemoveAsync(context, context.Actor(), context.Caller().PrincipalId, body.Code, cancel);
    }

    private static async Task<Answer> RemoveOfAsync(string id, HttpContext context, SecondFactors factors, PlatformHolders holders, CancellationToken cancel) =>
        await holders.RefuseAsync(context, id, cancel) is { } refusal ? (Result<Done>)refusal : await factors.RemoveAsync(context.Actor(), id, cancel);

    // Who has no password is told so, and not that it was wrong.
    private static async ValueTask<Failure?> RefuseAsync(HttpContext context, Passwords passwords, string password, CancellationToken cancel)
    {
        context.Response.Headers.CacheControl = "no-store";
        var caller = context.Caller();
        if (caller.IsLocalAdmin)
            return Off;
        return await passwords.HasAsync(caller.PrincipalId, cancel)
            ? (await passwords.ConfirmAsync(context, caller, password, cancel)).Failure
            : SecondFactors.NoPassword;
    }
}
