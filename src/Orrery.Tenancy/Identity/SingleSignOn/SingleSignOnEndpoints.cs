using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orrery.Contracts;
using Orrery.Kernel;

namespace Orrery.Tenancy;

/// <summary><c>/sso</c>, where browsers go, <c>/api/v1/session/sso</c>, and who is who at the provider.</summary>
internal static class SingleSignOnEndpoints
{
    private const string See = "identity.read";
    private const string Manage = "identity.manage";

    public static void Map(IEndpointRouteBuilder app)
    {
        var api = app.MapGroup("/api/v1").WithTags("Identity");
        api.MapGet("session/sso", (SingleSignOn sso) => new Answer<SsoStatus>(sso.Status())).OpenToAll().WithName("GetSingleSignOn")
            .WithSummary("Whether one may sign in at an identity provider, and where that begins.");
        api.MapGet("people/{id}/sso-link", async Task<Answer<SsoLink>> (string id, ExternalPeople people, CancellationToken cancel) =>
            await people.FindLinkAsync(id, cancel))
            .RequirePermission(See).WithName("GetPersonSsoLink").WithSummary("Who a person is at the identity provider.");
        api.MapPut("people/{id}/sso-link", LinkAsync).RequirePermission(Manage).WithName("LinkPerson")
            .WithSummary("Says that a person is somebody at the identity provider, so that they sign in there.");
        api.MapDelete("people/{id}/sso-link", UnlinkAsync).RequirePermission(Manage).WithName("UnlinkPerson")
            .WithSummary("Takes back who a person is at the identity provider, and ends their sessions.");

        var browsers = app.MapGroup("/sso").WithTags("Identity");
        browsers.MapGet("start", StartAsync).OpenToAll().WithName("StartSingleSignOn")
            .WithSummary("Sends a browser to the identity provider; return_to is a path of this server to go on to afterwards.");
        browsers.MapGet("callback", FinishAsync).OpenToAll().WithName("FinishSingleSignOn")
            .WithSummary("Takes a browser back from the identity provider and begins its session.");
    }

    private static async Task StartAsync(HttpContext context, SingleSignOn sso, string? return_to)
    {
        context.Response.Headers.CacheControl = "no-store";
        if ((await sso.StartAsync(context, return_to)).Failure is { } failure)
            await WriteAsync(context, failure);
    }

    private static async Task FinishAsync(HttpContext context, SingleSignOn sso, CancellationToken cancel)
    {
        context.Response.Headers.CacheControl = "no-store";
        if ((await sso.FinishAsync(context, cancel)).Failed(out var failure, out var path))
            await WriteAsync(context, failure);
        else
            context.Response.Redirect(path);
    }

    private static async Task<Answer<SsoLink>> LinkAsync(
        string id, NewSsoLink body, HttpContext context, ExternalPeople people, PlatformHolders holders, CancellationToken cancel) =>
        await holders.RefuseAsync(context, id, cancel) is { } refusal ? refusal : await people.LinkAsync(context.Actor(), id, body.Subject, cancel);

    private static async Task<Answer> UnlinkAsync(string id, HttpContext context, ExternalPeople people, CancellationToken cancel) =>
        await people.UnlinkAsync(context.Actor(), id, cancel);

    // A person with a browser reads a page; a program reads problem details.
    private static Task WriteAsync(HttpContext context, Failure failure)
    {
        if (!context.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase))
            return Refusals.WriteAsync(context, failure);
        context.Features.Set(new RefusedRequest(failure));
        context.Response.StatusCode = failure.HttpStatus;
        context.Response.ContentType = "text/html; charset=utf-8";
        context.Response.Headers.ContentSecurityPolicy = "default-src 'none'; frame-ancestors 'none'";
        var again = failure.Code is "tenancy.sso_off" ? "" : $"<p><a href=\"{context.Request.PathBase}{SingleSignOn.StartPath}\">Sign in again</a></p>";
        return context.Response.WriteAsync(
            $"""
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><title>You are not signed in</title></head>
            <body><h1>You are not signed in</h1><p>{HtmlEncoder.Default.Encode(failure.Message)}</p><p><small>{failure.Code}</small></p>{again}</body></html>
            """,
            context.RequestAborted);
    }
}
