using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Orrery.Audit;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Tenancy;

/// <summary>
/// Sessions of browsers: a random cookie whose hash is stored. Each request asks the database, so that a session ended anywhere is
/// ended everywhere. A change needs the session's token in a header, which a page of another site cannot know.
/// </summary>
internal sealed class Sessions(Db db, AuditLog audit, IdentityOptions options, TimeProvider time)
{
    public const string Cookie = "orrery_session";
    public const string CsrfHeader = "X-Orrery-CSRF";
    private const int SecretBytes = 32;
    private static readonly Failure Ended = new(FailureKind.Unauthenticated, "tenancy.session_ended", "The session has ended. Sign in again.");
    private static readonly Failure WrongCsrf = new(
        FailureKind.Denied, "tenancy.csrf", $"A change asked for with a session needs its token in the header {CsrfHeader}; GET /api/v1/session tells it.");

    // What is seen is written now and then only; often enough that a busy session does not look idle.
    private readonly TimeSpan _coarse = TimeSpan.FromTicks(Math.Min(TimeSpan.TicksPerMinute, options.SessionIdle.Ticks / 4));

    /// <summary>Whose session the request's cookie is.</summary>
    public async ValueTask<Result<Caller>> CheckAsync(HttpContext context, string cookie, CancellationToken cancel)
    {
        var found = await FindAsync(cookie, cancel);
        if (found.Failed(out var failure, out var session))
            return failure;
        if (!IsSafe(context.Request.Method) && !IsCsrf(cookie, context.Request.Headers[CsrfHeader].ToString()))
            return WrongCsrf;
        var hash = Hash(cookie);
        var now = time.GetUtcNow();
        if (now - session.SeenAt >= _coarse && context.Features.Get<Unattended>() is null)
        {
            await db.WriteAsync(
                async write =>
                {
                    await SessionStore.SeenAsync(write, hash, now);
                    return Done.Ok;
                },
                cancel);
        }

        var groups = await db.ReadAsync(read => PrincipalStore.GroupsAsync(read, session.PrincipalId), cancel);
        return new Caller(session.PrincipalId, session.Name, "session") { Groups = groups, SecondFactor = session.SecondFactor };
    }

    /// <summary>Begins a session for somebody who has just proved who they are, and sets the cookie.</summary>
    /// <param name="context">Of the request.</param>
    /// <param name="caller">Who signs in.</param>
    /// <param name="secondFactor">They showed a second factor, or the identity provider vouches for one.</param>
    /// <param name="cancel">Stops before the commit.</param>
    public async ValueTask<WebSession> BeginAsync(HttpContext context, Caller caller, bool secondFactor, CancellationToken cancel)
    {
        var cookie = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(SecretBytes));
        var hash = Hash(cookie);
        var now = time.GetUtcNow();
        var ends = now + options.SessionLongest;
        var actor = (caller with { Method = "session" }).OnPlatform(context);
        await db.WriteAsync(
            async session =>
            {
                await SessionStore.DeleteEndedAsync(session, now);
                // The browser forgets the cookie that it had; nobody else shall go on with it.
                if (CookieOf(context) is { } former)
                    await SessionStore.DeleteAsync(session, Hash(former));
                await SessionStore.InsertAsync(session, hash, caller.PrincipalId, secondFactor, now, ends);
                await audit.AppendAsync(session, actor, new("session.begin", "principal", caller.PrincipalId));
                return Done.Ok;
            },
            cancel);
        context.Response.Cookies.Append(Cookie, cookie, CookieOptions(context));
        context.Response.Headers.CacheControl = "no-store";
        return Document(cookie, caller.PrincipalId, caller.Name, ends);
    }

    /// <summary>The session of the request.</summary>
    public async ValueTask<Result<WebSession>> ShowAsync(HttpContext context, CancellationToken cancel)
    {
        if (CookieOf(context) is not { } cookie)
            return Ended;
        context.Response.Headers.CacheControl = "no-store";
        return (await FindAsync(cookie, cancel)).Then<WebSession>(session => Document(cookie, session.PrincipalId, session.Name, session.EndsAt));
    }

    /// <summary>Ends the session of the request, or all of its person's.</summary>
    public async ValueTask<Result<Done>> EndAsync(HttpContext context, bool everywhere, CancellationToken cancel)
    {
        if (CookieOf(context) is not { } cookie)
            return Ended;
        var found = await CheckAsync(context, cookie, cancel);
        if (found.Failed(out var failure, out var caller))
            return failure;
        var hash = Hash(cookie);
        var actor = caller.OnPlatform(context);
        await db.WriteAsync(
            async session =>
            {
                if (everywhere)
                    await SessionStore.DeleteAllAsync(session, caller.PrincipalId);
                else
                    await SessionStore.DeleteAsync(session, hash);
                await audit.AppendAsync(session, actor, new(everywhere ? "session.end-all" : "session.end", "principal", caller.PrincipalId));
                return Done.Ok;
            },
            cancel);
        context.Response.Cookies.Delete(Cookie, CookieOptions(context));
        return Done.Ok;
    }

    /// <summary>What is stored of a cookie.</summary>
    public static byte[] Hash(string cookie) => SHA256.HashData(Encoding.UTF8.GetBytes(cookie));

    public static string? CookieOf(HttpContext context) =>
        context.Request.Cookies.TryGetValue(Cookie, out var cookie) && cookie is { Length: SecretBytes * 2 } ? cookie : null;

    private static CookieOptions CookieOptions(HttpContext context) => new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Lax,
        Secure = context.Request.IsHttps,
        Path = "/",
        IsEssential = true,
    };

    private static WebSession Document(string cookie, string principal, string name, DateTimeOffset ends) =>
        new() { PrincipalId = principal, Name = name, CsrfToken = CsrfOf(cookie), EndsAt = ends };

    private static bool IsSafe(string method) => HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method);

    // Follows from the cookie, which scripts cannot read; from it nobody gets back to the cookie.
    private static string CsrfOf(string cookie) => Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(cookie), "csrf"u8));

    private static bool IsCsrf(string cookie, string sent) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(CsrfOf(cookie)), Encoding.UTF8.GetBytes(sent));

    private async ValueTask<Result<StoredSession>> FindAsync(string cookie, CancellationToken cancel)
    {
        var hash = Hash(cookie);
        var now = time.GetUtcNow();
        return await db.ReadAsync(session => SessionStore.FindAsync(session, hash), cancel) is { State: "active" } found
            && found.EndsAt > now && now - found.SeenAt < options.SessionIdle
                ? found
                : Ended;
    }
}
