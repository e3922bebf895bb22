using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orrery.Contracts;

namespace Orrery.Tenancy;

/// <summary><c>/api/v1/device-authorizations</c>: how programs without a browser get a token of a person.</summary>
internal static class DeviceEndpoints
{
    private const string Own = "tokens.own";

    /// <summary>Where a person types the code.</summary>
    private const string Page = "/device";

    public static void Map(IEndpointRouteBuilder app)
    {
        var group = app.MapGroup("/api/v1/device-authorizations").WithTags("Identity");
        group.MapPost("", BeginAsync).OpenToAll().WithName("BeginDeviceAuthorization")
            .WithSummary("Gives a program two codes: one for a person to type at the page, one to fetch the token with (RFC 8628).");
        group.MapPost("token", TakeAsync).OpenToAll().WithName("TakeDeviceToken")
            .WithSummary("The token, once the person said yes. Until then 400 authorization_pending; also slow_down, access_denied, expired_token, invalid_grant.");
        group.MapGet("{userCode}", FindAsync).RequirePermission(Own).WithName("GetDeviceAuthorization")
            .WithSummary("The program that waits with a code. For a person with a browser's session.");
        group.MapPost("{userCode}/approve", ApproveAsync).RequirePermission(Own).WithName("ApproveDeviceAuthorization")
            .WithSummary("Lets the program in: it gets a token of the caller. For a person with a browser's session; once.");
        group.MapPost("{userCode}/deny", DenyAsync).RequirePermission(Own).WithName("DenyDeviceAuthorization")
            .WithSummary("Does not let the program in. For a person with a browser's session; once.");
    }

    private static async Task<Answer<DeviceAuthorization>> BeginAsync(
        NewDeviceAuthorization body, HttpContext context, DeviceAuthorizations devices, IdentityOptions options, CancellationToken cancel)
    {
        context.Response.Headers.CacheControl = "no-store";
        var server = options.SingleSignOn.PublicUrl?.TrimEnd('/') ?? $"{context.Request.Scheme}://{context.Request.Host}";
        return await devices.BeginAsync(context, body, server + Page, cancel);
    }

    private static async Task<Answer<CreatedAccessToken>> TakeAsync(
        DeviceTokenRequest body, HttpContext context, DeviceAuthorizations devices, CancellationToken cancel)
    {
        context.Response.Headers.CacheControl = "no-store";
        return await devices.TakeAsync(context, body.DeviceCode, cancel);
    }

    private static async Task<Answer<WaitingDevice>> FindAsync(string userCode, HttpContext context, DeviceAuthorizations devices, CancellationToken cancel) =>
        await devices.FindAsync(context, context.Caller(), userCode, cancel);

    private static async Task<Answer<WaitingDevice>> ApproveAsync(string userCode, HttpContext context, DeviceAuthorizations devices, CancellationToken cancel) =>
        await devices.DecideAsync(context, context.Caller(), userCode, approve: true, cancel);

    private static async Task<Answer<WaitingDevice>> DenyAsync(string userCode, HttpContext context, DeviceAuthorizations devices, CancellationToken cancel) =>
        await devices.DecideAsync(context, context.Caller(), userCode, approve: false, cancel);
}
