using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Orrery.Audit;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Tenancy;

/// <summary>
/// Lets programs in that have no browser (RFC 8628): one asks for two codes, a person types the short one where they are signed in and says yes, and
/// the program gets a token of theirs with the long one, once. All of it is in the database: any server may be asked. Thread-safe.
/// </summary>
internal sealed class DeviceAuthorizations(
    Db db, AuditLog audit, Tokens tokens, SecretBox box, FailureLimiter failures, NamelessLimiter nameless, TimeProvider time)
{
    /// <summary>What may wait at once on the whole platform; more is a flood.</summary>
    public const int MostWaiting = 10_000;

    public const int IntervalSeconds = 5;
    private const int LongestInterval = 60;
    private const int DefaultDays = 30;
    private const int MostDays = 90;
    private const int LongestName = 80;
    private const string Approved = "approved";
    private const string Denied = "denied";
    private static readonly TimeSpan Lasts = TimeSpan.FromMinutes(10);

    // So long a program is told that its code has expired, and not that there never was one.
    private static readonly TimeSpan Remembered = TimeSpan.FromHours(1);

    private static readonly Failure Pending = Failure.Invalid("authorization_pending", "Nobody has decided yet. Ask again after the interval.");
    private static readonly Failure SlowDown = Failure.Invalid("slow_down", $"You ask too often. Wait {IntervalSeconds} s longer between two questions from now on.");
    private static readonly Failure WasDenied = Failure.Invalid("access_denied", "The person said no, or may not have tokens any more.");
    private static readonly Failure Expired = Failure.Invalid("expired_token", "The code has expired: it is good for ten minutes. Begin anew.");
    private static readonly Failure NotKnown = Failure.Invalid("invalid_grant", "There is no such device code, or its token was fetched: that is done once. Begin anew.");
    private static readonly Failure NoSuchCode = Failure.NotFound(
        "tenancy.device_code_not_found", "No program waits with that code. Codes look like BCDF-GHJK and are good for ten minutes; was it mistyped?");

    private static readonly Failure NeedsSession = new(
        FailureKind.Denied, "tenancy.session_needed", "Only a person who is signed in with a browser lets programs in, not a token or a password sent along.");

    /// <summary>Gives a program its two codes.</summary>
    public async ValueTask<Result<DeviceAuthorization>> BeginAsync(HttpContext context, NewDeviceAuthorization asked, string page, CancellationToken cancel)
    {
        if (nameless.Count(context) is { } wait)
            return wait;
        if (asked.ClientName?.Trim() is not { Length: >= 1 and <= LongestName } name || name.Any(char.IsControl))
            return Failure.Invalid("tenancy.invalid_client_name", $"The name of a program says where it runs, in one line of 1 to {LongestName} characters.");
        if (asked.TokenDays is < 1 or > MostDays)
            return Failure.Invalid("tenancy.invalid_expiry", $"A token got this way lasts 1 to {MostDays} days, not {asked.TokenDays}.");
        var now = time.GetUtcNow();
        var (device, user) = (DeviceCodes.NewDeviceCode(), DeviceCodes.NewUserCode());
        var row = new StoredDevice(
            DeviceCodes.HashOfDeviceCode(device), name, context.Connection.RemoteIpAddress?.ToString(), asked.TokenDays ?? DefaultDays,
            now, now + Lasts, IntervalSeconds, PolledAt: null, "pending", PrincipalId: null, SecondFactor: false);
        var made = await db.WriteAsync<Done>(
            async session =>
            {
                if (!await IdentityStore.IsOnAsync(session))
                    return Failure.Conflict("tenancy.identity_off", "There is nobody to let a program in while identity is off, and no need to: it may call without a token.");
                await DeviceCodeStore.DeleteEndedAsync(session, now - Remembered);
                if (await DeviceCodeStore.CountWaitingAsync(session, now) >= MostWaiting)
                    return new Failure(FailureKind.Exhausted, "tenancy.too_many_devices", "Too many programs wait to be let in. Try again in some minutes.");
                if (!await DeviceCodeStore.InsertAsync(session, row, HashOf(user)))
                    return new Failure(FailureKind.Unavailable, "tenancy.device_code_taken", "The code was given to another program a moment ago. Try again.");
                await AuditAsync(session, Callers.Unknown(context, "device"), "device.begin", row);
                return Done.Ok;
            },
            cancel);
        return made.Failed(out var failure, out _) ? failure : new DeviceAuthorization
        {
            DeviceCode = device,
            UserCode = user,
            VerificationUri = page,
            VerificationUriComplete = $"{page}?code={user}",
            ExpiresIn = (int)Lasts.TotalSeconds,
            Interval = IntervalSeconds,
        };
    }

    /// <summary>The program that waits with a code, for the person who shall decide.</summary>
    public async ValueTask<Result<WaitingDevice>> FindAsync(HttpContext context, Caller caller, string typed, CancellationToken cancel)
    {
        if (Refuses(context, caller) is { } refusal)
            return refusal;
        var found = DeviceCodes.Read(typed) is { } code ? await db.ReadAsync(session => DeviceCodeStore.FindByUserAsync(session, HashOf(code)), cancel) : null;
        return found is not null && found.ExpiresAt > time.GetUtcNow() && found.State is "pending" ? Document(found) : failures.Count(context, NoSuchCode);
    }

    /// <summary>Lets the program in, or not. Each code is decided on once.</summary>
    public async ValueTask<Result<WaitingDevice>> DecideAsync(HttpContext context, Caller caller, string typed, bool approve, CancellationToken cancel)
    {
        if (Refuses(context, caller) is { } refusal)
            return refusal;
        if (DeviceCodes.Read(typed) is not { } code)
            return failures.Count(context, NoSuchCode);
        var now = time.GetUtcNow();
        var state = approve ? Approved : Denied;
        var actor = caller.OnPlatform(context);
        var decided = await db.WriteAsync<WaitingDevice>(
            async session =>
            {
                if (await DeviceCodeStore.FindByUserAsync(session, HashOf(code)) is not { State: "pending" } device || device.ExpiresAt <= now)
                    return NoSuchCode;
                if (approve && await Tokens.RefusesAsync(session, caller.PrincipalId, caller.SecondFactor) is { } cannot)
                    return cannot;
                if (!await DeviceCodeStore.DecideAsync(session, device.DeviceCode, state, caller.PrincipalId, caller.SecondFactor, now))
                    return NoSuchCode;
                await AuditAsync(session, actor, approve ? "device.approve" : "device.deny", device);
                return Document(device);
            },
            cancel);
        return ReferenceEquals(decided.Failure, NoSuchCode) ? failures.Count(context, NoSuchCode) : decided;
    }

    /// <summary>The token, once the person said yes. Until then <c>authorization_pending</c>; the other refusals are those of RFC 8628.</summary>
    public async ValueTask<Result<CreatedAccessToken>> TakeAsync(HttpContext context, string? deviceCode, CancellationToken cancel)
    {
        if (failures.Refuses(context) is { } wait)
            return wait;
        if (deviceCode is not { Length: > 0 and <= 200 })
            return failures.Count(context, NotKnown);
        var hash = DeviceCodes.HashOfDeviceCode(deviceCode);
        CreatedAccessToken? token = null;
        var answer = await db.WriteAsync<Taken>(
            async session =>
            {
                if (await DeviceCodeStore.FindByDeviceAsync(session, hash) is not { } device)
                    return new Taken(NotKnown);
                var now = time.GetUtcNow();
                if (device.ExpiresAt <= now)
                    return new Taken(Expired);
                if (device.State is Denied)
                    return new Taken(WasDenied);
                if (device.State is not Approved)
                    return new Taken(await WaitAsync(session, device, now));
                // In one transaction: a token that was not told is not there, and a code gives one token.
                var made = await tokens.CreateForDeviceAsync(session, context, device);
                if (made.Failed(out _, out var created))
                    return new Taken(WasDenied);
                if (!await DeviceCodeStore.TakeAsync(session, hash))
                    return NotKnown;
                token = created;
                return new Taken(Refusal: null);
            },
            cancel);
        if (answer.Failed(out var failure, out var taken))
            return failure;
        if (taken.Refusal is { } no)
            return ReferenceEquals(no, NotKnown) ? failures.Count(context, NotKnown) : no;
        return token!;
    }

    private static async ValueTask<Failure> WaitAsync(DbSession session, StoredDevice device, DateTimeOffset now)
    {
        // A second's grace: the program's clock and the way here are not exact.
        var early = device.PolledAt is { } last && now - last < TimeSpan.FromSeconds(device.IntervalSeconds - 1);
        var interval = early ? Math.Min(device.IntervalSeconds + IntervalSeconds, LongestInterval) : device.IntervalSeconds;
        await DeviceCodeStore.PolledAsync(session, device.DeviceCode, now, interval);
        return early ? SlowDown : Pending;
    }

    private Failure? Refuses(HttpContext context, Caller caller) => caller.Method is "session" ? failures.Refuses(context) : NeedsSession;

    private byte[] HashOf(string userCode) => DeviceCodes.HashOfUserCode(box, userCode);

    private static WaitingDevice Document(StoredDevice device) => new()
    {
        ClientName = device.ClientName,
        Address = device.Address,
        RequestedAt = device.CreatedAt,
        ExpiresAt = device.ExpiresAt,
        TokenDays = device.TokenDays,
    };

    private ValueTask AuditAsync(DbSession session, Actor actor, string action, StoredDevice device) => audit.AppendAsync(
        session,
        actor,
        new(action, "device", Convert.ToHexStringLower(device.DeviceCode.AsSpan(0, 8)))
        {
            Detail = $$"""{"client":{{JsonSerializer.Serialize(device.ClientName)}},"token_days":{{device.TokenDays.ToString(System.Globalization.CultureInfo.InvariantCulture)}}}""",
        });

    // What a transaction has to keep although the answer is no: that it was asked, and when.
    private sealed record Taken(Failure? Refusal);
}
