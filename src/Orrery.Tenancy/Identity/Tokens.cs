using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Orrery.Audit;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Tenancy;

/// <summary>Tokens of people and service accounts: made, shown once, checked, revoked. Thread-safe.</summary>
internal sealed class Tokens
{
    private const int DefaultDays = 90;
    private const int MostDays = 365;
    private const int LongestName = 100;
    private const int MostPermissions = 200;
    private static readonly TimeSpan KeepEnded = TimeSpan.FromDays(30);
    private static readonly TimeSpan RememberFor = TimeSpan.FromMinutes(1);
    private static readonly Failure Unknown = new(
        FailureKind.Unauthenticated, "tenancy.unknown_token", "The token is not good: unknown, revoked or expired, or its owner was disabled. Make a new one.");

    private static readonly Failure WithoutFactor = new(
        FailureKind.Denied, "tenancy.second_factor_required", "You have a second factor, so a token of yours is made by who has shown it: sign in with a code first.");

    private readonly Remembered<Known> _known;
    private readonly Db _db;
    private readonly AuditLog _audit;
    private readonly AccessEpoch _epoch;
    private readonly TokenUses _uses;
    private readonly FailureLimiter _limiter;
    private readonly AccessControl _access;
    private readonly TimeProvider _time;

    public Tokens(Db db, AuditLog audit, AccessEpoch epoch, TokenUses uses, FailureLimiter limiter, AccessControl access, TimeProvider time)
    {
        (_db, _audit, _epoch, _uses, _limiter, _access, _time) = (db, audit, epoch, uses, limiter, access, time);
        _known = new(time, RememberFor, capacity: 50_000, epoch);
        epoch.Changed += _known.Forget;
    }

    /// <summary>Whose token this is.</summary>
    public async ValueTask<Result<Caller>> CheckAsync(HttpContext context, string secret, CancellationToken cancel)
    {
        if (!TokenText.IsWellFormed(secret))
        {
            return _limiter.Count(context, new(
                FailureKind.Unauthenticated, "tenancy.malformed_token", "That is not a whole token: its checksum does not fit. Was it cut off or mistyped?"));
        }

        var hash = TokenText.Hash(secret);
        var key = Convert.ToBase64String(hash);
        if ((_known.Find(key) ?? await FindAsync(key, hash, cancel)) is not { } known)
            return _limiter.Count(context, Unknown);
        if (known.ExpiresAt <= _time.GetUtcNow())
            return _limiter.Count(context, Unknown);
        _uses.Note(known.Caller.Token!.TokenId);
        return known.Caller;
    }

    /// <summary>Makes a token.</summary>
    /// <param name="actor">Who asks.</param>
    /// <param name="caller">Who asks: a limited token makes no wider one, and who showed no second factor none that counts as one.</param>
    /// <param name="owner">Whose it shall be.</param>
    /// <param name="asked">What it shall be.</param>
    /// <param name="cancel">Stops before the commit.</param>
    public async ValueTask<Result<CreatedAccessToken>> CreateAsync(Actor actor, Caller caller, string owner, NewAccessToken asked, CancellationToken cancel)
    {
        if (Problem(asked) is { } problem)
            return problem;
        if (asked.Workspace is { } wanted && await HasNoRoleAsync(caller, wanted, cancel))
            return NoWorkspace(wanted);
        var secret = TokenText.New(owner.StartsWith("svc_", StringComparison.Ordinal));
        var token = New(owner, asked, caller.SecondFactor || caller.IsLocalAdmin);
        var made = await _db.WriteAsync<Done>(
            async session =>
            {
                if (await RefusesAsync(session, owner, token.SecondFactor) is { } refusal)
                    return refusal;
                long? workspace = null;
                if (asked.Workspace is { } named && (workspace = (await WorkspaceStore.FindAsync(session, named))?.Id.Value) is null)
                    return NoWorkspace(named);
                if (IsWider(caller.Token, workspace, token.Permissions))
                    return new Failure(FailureKind.Denied, "tenancy.wider_token", "A token that is limited makes no token that may do more than itself.");
                await InsertAsync(session, actor, token, secret, workspace);
                return Done.Ok;
            },
            cancel);
        return made.Failure is { } failure ? failure : new CreatedAccessToken(secret, token);
    }

    /// <summary>Why somebody can have no token; null when they can.</summary>
    /// <param name="session">Of the transaction that makes it.</param>
    /// <param name="owner">Whose it would be.</param>
    /// <param name="secondFactor">Whoever makes it has shown one.</param>
    public static async ValueTask<Failure?> RefusesAsync(DbSession session, string owner, bool secondFactor)
    {
        if (await PrincipalStore.FindAsync(session, owner) is not { } principal)
            return Principals.NotFound(owner);
        if (principal is not { State: "active", Kind: "person" or "service" })
            return Failure.Conflict("tenancy.no_tokens", $"{principal.Name} is a group or disabled and can have no tokens.");
        return !secondFactor && await SecondFactorStore.FindAsync(session, owner) is { ConfirmedAt: not null } ? WithoutFactor : null;
    }

    /// <summary>Makes the token of a program that a person let in.</summary>
    /// <param name="session">Of the transaction that ends the program's wait.</param>
    /// <param name="context">Of the program's request.</param>
    /// <param name="device">The program, and who let it in.</param>
    public async ValueTask<Result<CreatedAccessToken>> CreateForDeviceAsync(DbSession session, HttpContext context, StoredDevice device)
    {
        var owner = device.PrincipalId!;
        if (await RefusesAsync(session, owner, device.SecondFactor) is { } refusal)
            return refusal;
        var person = await PrincipalStore.FindAsync(session, owner);
        var actor = new Caller(owner, person!.Name, "device").OnPlatform(context);
        var secret = TokenText.New(service: false);
        var token = New(owner, new NewAccessToken { Name = device.ClientName, ExpiresInDays = device.TokenDays }, device.SecondFactor);
        await InsertAsync(session, actor, token, secret, workspace: null);
        return new CreatedAccessToken(secret, token);
    }

    /// <summary>A principal's tokens, newest first, ended ones too.</summary>
    public async ValueTask<Result<AccessTokenPage>> ListAsync(string owner, int limit, string? pageToken, CancellationToken cancel)
    {
        if (Listings.LimitProblem(limit) is { } bad)
            return bad;
        var before = (At: long.MaxValue, Token: "");
        if (!string.IsNullOrEmpty(pageToken))
        {
            if (PageToken.Decode(pageToken, 2) is not [long at, string id])
                return Listings.NotOurs(Principals.InvalidPageToken);
            before = (at, id);
        }

        var found = await _db.ReadAsync(session => TokenStore.ListAsync(session, owner, before, limit + 1), cancel);
        var page = Listings.Cut(found, limit, static last => PageToken.Encode(last.CreatedAt.ToUnixTimeMilliseconds(), last.TokenId));
        return new AccessTokenPage { Tokens = page.Items, NextPageToken = page.NextToken };
    }

    /// <summary>What is known of a token; null when it is gone.</summary>
    public ValueTask<AccessToken?> FindAsync(string tokenId, CancellationToken cancel) => _db.ReadAsync(session => TokenStore.FindAsync(session, tokenId), cancel);

    /// <summary>Ends a token, on every server within a second. Ending one that has ended changes nothing.</summary>
    public async ValueTask<Result<Done>> RevokeAsync(Actor actor, string owner, string tokenId, CancellationToken cancel)
    {
        var done = await _db.WriteAsync<Done>(
            async session =>
            {
                if (await TokenStore.FindAsync(session, tokenId) is not { } token || token.PrincipalId != owner)
                    return Failure.NotFound("tenancy.token_not_found", $"There is no token {PrincipalName.Clip(tokenId)}.");
                if (!await TokenStore.RevokeAsync(session, tokenId, _time.GetUtcNow()))
                    return Done.Ok;
                await AccessEpoch.RaiseAsync(session);
                await AuditAsync(session, actor, "token.revoke", token, workspace: null);
                return Done.Ok;
            },
            cancel);
        if (done.Succeeded)
            await _epoch.LookAsync(cancel);
        return done;
    }

    private AccessToken New(string owner, NewAccessToken asked, bool secondFactor)
    {
        var now = _time.GetUtcNow();
        return new()
        {
            TokenId = Base62.NewId("tok_"),
            Name = asked.Name.Trim(),
            PrincipalId = owner,
            Workspace = asked.Workspace,
            SecondFactor = secondFactor,
            Permissions = asked.Permissions?.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToArray(),
            CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(now.ToUnixTimeMilliseconds()),
            ExpiresAt = DateTimeOffset.FromUnixTimeMilliseconds(now.AddDays(asked.ExpiresInDays ?? DefaultDays).ToUnixTimeMilliseconds()),
        };
    }

    private async ValueTask InsertAsync(DbSession session, Actor actor, AccessToken token, string secret, long? workspace)
    {
        await TokenStore.DeleteEndedAsync(session, _time.GetUtcNow() - KeepEnded);
        await TokenStore.InsertAsync(session, token, TokenText.Hash(secret), workspace, actor.Name);
        await AuditAsync(session, actor, "token.create", token, workspace);
    }

    private static Failure NoWorkspace(string name) => Failure.NotFound("tenancy.workspace_not_found", $"There is no workspace '{PrincipalName.Clip(name)}'.");

    // To whom has nothing there, a workspace is one that does not exist.
    private async ValueTask<bool> HasNoRoleAsync(Caller caller, string workspace, CancellationToken cancel)
    {
        if (caller.IsLocalAdmin)
            return false;
        var found = await _db.ReadAsync(session => WorkspaceStore.FindAsync(session, workspace), cancel);
        return found is null || (await _access.RightsAsync(caller, found.Id.Value, cancel)).IsEmpty;
    }

    private async ValueTask<Known?> FindAsync(string key, byte[] hash, CancellationToken cancel)
    {
        var generation = _known.Generation;
        try
        {
            var found = await FindAsync(hash, cancel);
            if (found is not null)
                _known.Keep(key, found, generation);
            return found;
        }
        catch (DatabaseUnavailableException) when (_known.FindOlder(key) is { } before)
        {
            return before;
        }
    }

    private async ValueTask<Known?> FindAsync(byte[] hash, CancellationToken cancel) => await _db.ReadAsync(
        async session =>
        {
            if (await TokenStore.FindAsync(session, hash) is not { Revoked: false, State: "active" } token
                || !CryptographicOperations.FixedTimeEquals(token.Hash, hash))
                return null;
            var groups = await PrincipalStore.GroupsAsync(session, token.PrincipalId);
            var caller = new Caller(token.PrincipalId, token.Name, "token")
            {
                Groups = groups,
                SecondFactor = token.SecondFactor,
                Token = new(token.TokenId, token.Workspace, token.Permissions?.ToHashSet(StringComparer.Ordinal)),
            };
            return new Known(caller, token.ExpiresAt);
        },
        cancel);

    private static Failure? Problem(NewAccessToken asked)
    {
        if (asked.Name.Trim() is not { Length: >= 1 and <= LongestName } name || name.Any(char.IsControl))
            return Failure.Invalid("tenancy.invalid_token_name", $"The name of a token says what it is for, in one line of 1 to {LongestName} characters.");
        if (asked.ExpiresInDays is < 1 or > MostDays)
            return Failure.Invalid("tenancy.invalid_expiry", $"A token lasts 1 to {MostDays} days, not {asked.ExpiresInDays}.");
        if (asked.Permissions is not { } permissions)
            return null;
        if (permissions.Count is < 1 or > MostPermissions)
            return Failure.Invalid("tenancy.invalid_permissions", $"Permissions are 1 to {MostPermissions} names such as tracking.read; leave them out for all of yours.");
        return permissions.FirstOrDefault(static one => PermissionCatalogue.Find(one) is null) is { } unknown
            ? Failure.Invalid("tenancy.invalid_permissions", $"'{PrincipalName.Clip(unknown)}' is not a permission. Near it: {string.Join(", ", Near(unknown))}. 'mlops access roles' shows them all.")
            : null;
    }

    private static IEnumerable<string> Near(string unknown) =>
        PermissionCatalogue.All.Select(static one => one.Name).OrderBy(name => Distance(PrincipalName.Clip(unknown), name)).Take(3);

    // Levenshtein's.
    private static int Distance(string one, string other)
    {
        var row = Enumerable.Range(0, other.Length + 1).ToArray();
        for (var i = 1; i <= one.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= other.Length; j++)
                (diagonal, row[j]) = (row[j], Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (one[i - 1] == other[j - 1] ? 0 : 1)));
        }

        return row[other.Length];
    }

    private static bool IsWider(TokenScope? own, long? workspace, IReadOnlyList<string>? permissions) => own is not null
        && ((own.Workspace is { } only && workspace != only)
            || (own.Permissions is { } allowed && (permissions is null || permissions.Any(one => !allowed.Contains(one)))));

    private ValueTask AuditAsync(DbSession session, Actor actor, string action, AccessToken token, long? workspace) => _audit.AppendAsync(
        session,
        actor,
        new(action, "token", token.TokenId)
        {
            Detail = $$"""{"principal":{{JsonSerializer.Serialize(token.PrincipalId)}},"expires_at":{{token.ExpiresAt.ToUnixTimeSeconds()}}""" +
                $$""","workspace":{{workspace?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "null"}}}""",
        });

    private sealed record Known(Caller Caller, DateTimeOffset ExpiresAt);
}
