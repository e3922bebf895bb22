using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Tenancy;

/// <summary>Finds out who sent a request.</summary>
public sealed class Authentication
{
    private const string Bearer = "Bearer ";
    private const string Basic = "Basic ";
    private static readonly Failure Nobody = new(
        FailureKind.Unauthenticated,
        "tenancy.unauthenticated",
        "You are not authenticated. Send a token (Authorization: Bearer, MLFLOW_TRACKING_TOKEN) or a name and password (MLFLOW_TRACKING_USERNAME, MLFLOW_TRACKING_PASSWORD).");

    private static readonly Failure Forwarded = new(
        FailureKind.Denied,
        "tenancy.forwarded",
        "While identity is off this server is for people on its own machine alone, and this request came by a proxy (Forwarded, X-Forwarded-...). Turn identity on ('mlops admin init'); a proxy that only people of this machine use is named in Orrery:Http:TrustedProxies.");

    private static readonly Failure Malformed = new(
        FailureKind.Unauthenticated, "tenancy.malformed_authorization", "The header Authorization must be 'Bearer TOKEN', or 'Basic' with base64 of NAME:PASSWORD.");

    private readonly Db _db;
    private readonly Tokens _tokens;
    private readonly Passwords _passwords;
    private readonly Sessions _sessions;
    private volatile bool _isOn = true;
    private volatile bool _isKnown;

    internal Authentication(Db db, Tokens tokens, Passwords passwords, Sessions sessions, AccessEpoch epoch)
    {
        (_db, _tokens, _passwords, _sessions) = (db, tokens, passwords, sessions);
        epoch.Changed += () => _isKnown = _isKnown && _isOn;
    }

    /// <summary>
    /// True once identity is turned on: every call then needs a name. Asked for each request; cheap. True also until the database was
    /// asked (<see cref="LookAsync"/>): nobody gets in because a server does not know yet.
    /// </summary>
    public bool IsOn => _isOn;

    /// <summary>Asks the database whether identity is on, unless that is known. Once on it stays on.</summary>
    /// <exception cref="DatabaseUnavailableException">The database is away and the answer is not known.</exception>
    public async ValueTask<bool> LookAsync(CancellationToken cancel)
    {
        if (_isKnown)
            return _isOn;
        // Before the question: a change while it is under way makes it asked again.
        _isKnown = true;
        try
        {
            _isOn = await _db.ReadAsync(IdentityStore.IsOnAsync, cancel);
        }
        catch
        {
            _isKnown = false;
            throw;
        }

        return _isOn;
    }

    /// <summary>Who sent the request: <see cref="Caller.LocalAdmin"/> while identity is off. Found once for each request.</summary>
    /// <returns>The caller, or a failure of kind <see cref="FailureKind.Unauthenticated"/>, <see cref="FailureKind.Denied"/> (a session
    /// without its header) or <see cref="FailureKind.Exhausted"/> (too many failures).</returns>
    public async ValueTask<Result<Caller>> AuthenticateAsync(HttpContext context, CancellationToken cancel)
    {
        if (context.Features.Get<Authenticated>() is { } known)
            return known.Result;
        var result = await LookAsync(cancel) ? await FindAsync(context, cancel) : RefusesForwarded(context) is { } refusal ? refusal : Caller.LocalAdmin;
        if (result.Failure is { Kind: FailureKind.Unauthenticated })
            context.Response.Headers.WWWAuthenticate = new([Bearer + "realm=\"orrery\"", .. AsksBasic(context) ? [Basic + "realm=\"orrery\""] : Array.Empty<string>()]);
        context.Features.Set(new Authenticated(result));
        return result;
    }

    /// <summary>
    /// Why a request that came by a proxy is refused while identity is off: behind one everybody would be the local admin. Null for one from this
    /// machine. A proxy that is trusted has said where the request is from.
    /// </summary>
    public static Failure? RefusesForwarded(HttpContext context)
    {
        var from = context.Connection.RemoteIpAddress;
        return from is { } address && !IPAddress.IsLoopback(address) ? Forwarded : HasTraces(context.Request.Headers) ? Forwarded : null;
    }

    // What a trusted proxy said was read and renamed before.
    private static bool HasTraces(IHeaderDictionary headers) => headers.ContainsKey("Forwarded") || headers.ContainsKey("X-Forwarded-For")
        || (!headers.ContainsKey("X-Original-For") && AnyForwarded(headers));

    private static bool AnyForwarded(IHeaderDictionary headers)
    {
        foreach (var header in headers)
        {
            if (header.Key.StartsWith("X-Forwarded-", StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return false;
    }

    // Elsewhere a browser would ask for a password by itself.
    private static bool AsksBasic(HttpContext context) => Refusals.IsMlflowPath(context.Request.PathBase + context.Request.Path);

    private async ValueTask<Result<Caller>> FindAsync(HttpContext context, CancellationToken cancel)
    {
        var header = context.Request.Headers.Authorization;
        if (header.Count > 1)
            return Malformed;
        if (header.Count == 1 && header[0] is { Length: > 0 } sent)
        {
            if (sent.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase))
                return await _tokens.CheckAsync(context, sent[Bearer.Length..].Trim(), cancel);
            if (!sent.StartsWith(Basic, StringComparison.OrdinalIgnoreCase) || Decode(sent[Basic.Length..].Trim()) is not var (name, password))
                return Malformed;
            return TokenText.IsMeant(password)
                ? await _tokens.CheckAsync(context, password, cancel)
                : await _passwords.CheckAsync(context, name, password, context.Request.Headers[OrreryHeaders.Code], cancel);
        }

        return Sessions.CookieOf(context) is { } cookie ? await _sessions.CheckAsync(context, cookie, cancel) : Nobody;
    }

    private static (string Name, string Password)? Decode(string base64)
    {
        var bytes = new byte[base64.Length];
        if (!Convert.TryFromBase64String(base64, bytes, out var count))
            return null;
        var text = Encoding.UTF8.GetString(bytes, 0, count);
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        // RFC 7617 has no control characters in either.
        return colon < 0 || text.Any(char.IsControl) ? null : (text[..colon], text[(colon + 1)..]);
    }

    private sealed record Authenticated(Result<Caller> Result);
}
