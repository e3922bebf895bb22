using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orrery.Contracts;
using Orrery.Kernel;

namespace Orrery.Tenancy;

/// <summary><c>/api/v1/tokens</c>: the caller's own; <c>.../people/{id}/tokens</c> and <c>.../service-accounts/{id}/tokens</c>: those of others.</summary>
internal static class TokenEndpoints
{
    private const string Own = "tokens.own";
    private const string Manage = "identity.manage";

    public static void Map(IEndpointRouteBuilder app)
    {
        var own = app.MapGroup("/api/v1/tokens").WithTags("Identity");
        own.MapPost("", (NewAccessToken body, HttpContext context, Tokens tokens, CancellationToken cancel) =>
            CreateAsync(context, tokens, owner: null, body, cancel))
            .RequirePermission(Own).WithName("CreateToken").WithSummary("Makes a token of one's own. Its secret is told this once.");
        own.MapGet("", (HttpContext context, Tokens tokens, int? limit, string? page_token, CancellationToken cancel) =>
            ListAsync(context, tokens, owner: null, limit, page_token, cancel))
            .RequirePermission(Own).WithName("ListTokens").WithSummary("One's own tokens, newest first.");
        own.MapDelete("{tokenId}", (string tokenId, HttpContext context, Tokens tokens, CancellationToken cancel) =>
            RevokeAsync(context, tokens, owner: null, tokenId, cancel))
            .RequirePermission(Own).WithName("RevokeToken").WithSummary("Ends a token of one's own, on every server within a second.");
        MapOthers(app, "people", "Person");
        MapOthers(app, "service-accounts", "ServiceAccount")
            .MapPost("", async (string id, NewAccessToken body, HttpContext context, Tokens tokens, PlatformHolders holders, CancellationToken cancel) =>
            {
                if (!id.StartsWith("svc_", StringComparison.Ordinal))
                    return Principals.NotFound(id);
                return await holders.RefuseAsync(context, id, cancel) is { } refusal ? refusal : await CreateAsync(context, tokens, id, body, cancel);
            })
            .RequirePermission(Manage).WithName("CreateServiceAccountToken").WithSummary("Makes a token of a service account. Its secret is told this once.");
    }

    private static RouteGroupBuilder MapOthers(IEndpointRouteBuilder app, string path, string one)
    {
        var others = app.MapGroup($"/api/v1/{path}/{{id}}/tokens").WithTags("Identity");
        others.MapGet("", (string id, HttpContext context, Tokens tokens, int? limit, string? page_token, CancellationToken cancel) =>
            ListAsync(context, tokens, id, limit, page_token, cancel))
            .RequirePermission("identity.read").WithName($"List{one}Tokens").WithSummary("Tokens, newest first.");
        others.MapDelete("{tokenId}", (string id, string tokenId, HttpContext context, Tokens tokens, CancellationToken cancel) =>
            RevokeAsync(context, tokens, id, tokenId, cancel))
            .RequirePermission(Manage).WithName($"Revoke{one}Token").WithSummary("Ends a token, on every server within a second.");
        return others;
    }

    private static async Task<Answer<CreatedAccessToken>> CreateAsync(
        HttpContext context, Tokens tokens, string? owner, NewAccessToken body, CancellationToken cancel)
    {
        var caller = context.Caller();
        if (caller.IsLocalAdmin && owner is null)
            return Failure.Conflict("tenancy.identity_off", "Tokens need identity to be on: run 'mlops admin init' first.");
        context.Response.Headers.CacheControl = "no-store";
        return await tokens.CreateAsync(context.Actor(), caller, owner ?? caller.PrincipalId, body, cancel);
    }

    private static async Task<Answer<AccessTokenPage>> ListAsync(
        HttpContext context, Tokens tokens, string? owner, int? limit, string? pageToken, CancellationToken cancel) =>
        await tokens.ListAsync(owner ?? context.Caller().PrincipalId, limit ?? Listings.DefaultLimit, pageToken, cancel);

    private static async Task<Answer> RevokeAsync(HttpContext context, Tokens tokens, string? owner, string tokenId, CancellationToken cancel) =>
        await tokens.RevokeAsync(context.Actor(), owner ?? context.Caller().PrincipalId, tokenId, cancel);
}
