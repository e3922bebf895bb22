using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using Orrery.Audit;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Tenancy;

/// <summary>Verifies names and passwords. Thread-safe.</summary>
internal sealed class Passwords : IDisposable
{
    private const int FreeFailures = 5;
    private static readonly TimeSpan FirstLock = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestLock = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan RememberFor = TimeSpan.FromMinutes(5);

    // One answer for every cause, so that nobody learns which names there are.
    private static readonly Failure Wrong = new(
        FailureKind.Unauthenticated,
        "tenancy.wrong_password",
        "The name or the password is wrong, or sign-in is locked for a while after too many failures.");

    private static readonly Lazy<PasswordHasher<string>> Hasher = new(static () => new(Options.Create(new PasswordHasherOptions { IterationCount = Iterations })));
    private static readonly Lazy<string> NobodysHash = new(static () => Hash(Base62.Random(30)));

    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);
    private readonly SignInQueue _queue = new();
    private readonly FamiliarAddresses _familiar;
    private readonly Remembered<Caller> _verified;
    private readonly Db _db;
    private readonly AuditLog _audit;
    private readonly SecondFactors _factors;
    private readonly FailureLimiter _limiter;
    private readonly SignInTrail _trail;
    private readonly TimeProvider _time;

    public Passwords(Db db, AuditLog audit, AccessEpoch epoch, SecondFactors factors, FailureLimiter limiter, SignInTrail trail, TimeProvider time)
    {
        (_db, _audit, _factors, _limiter, _trail, _time) = (db, audit, factors, limiter, trail, time);
        _familiar = new(time);
        _verified = new(time, RememberFor, capacity: 10_000, epoch);
        epoch.Changed += _verified.Forget;
    }

    /// <summary>Of PBKDF2 with HMAC-SHA512, as OWASP's Password Storage Cheat Sheet has it. No setting; tests that hash all the time set fewer before the first.</summary>
    internal static int Iterations { get; set; } = 210_000;

    public static string Hash(string password) => Hasher.Value.HashPassword("", password);

    /// <summary>Whose name and password these are. What was verified lately is known again without the work.</summary>
    /// <param name="context">Of the request.</param>
    /// <param name="name">Of a person.</param>
    /// <param name="password">As sent.</param>
    /// <param name="code">Of an authenticator, or a recovery code; used up by this. Not looked at for who has no second factor.</param>
    /// <param name="cancel">Abandons it.</param>
    public async ValueTask<Result<Caller>> CheckAsync(HttpContext context, string name, string password, string? code, CancellationToken cancel)
    {
        name = PrincipalName.Normal(name);
        var key = KeyOf(name, password);
        if (_verified.Find(key) is { } known)
            return known;
        try
        {
            return await CheckAsync(context, name, password, key, code, cancel);
        }
        catch (DatabaseUnavailableException) when (_verified.FindOlder(key) is { } before)
        {
            return before;
        }
    }

    private async ValueTask<Result<Caller>> CheckAsync(HttpContext context, string name, string password, string key, string? code, CancellationToken cancel)
    {
        var generation = _verified.Generation;
        var verified = await VerifyAsync(context, name, password, key, cancel);
        if (verified.Failed(out var failure, out var one))
            return failure;
        if (one.Known is { } meanwhile)
            return meanwhile;
        var stored = one.Stored!;
        var groups = await _db.ReadAsync(session => PrincipalStore.GroupsAsync(session, stored.PrincipalId), cancel);
        var caller = new Caller(stored.PrincipalId, stored.Name, "password") { Groups = groups };
        if (!stored.HasSecondFactor)
        {
            _verified.Keep(key, caller, generation);
            return caller;
        }

        if (string.IsNullOrWhiteSpace(code))
            return SecondFactors.Needed;
        var shown = await _factors.CheckAsync(context, caller, code, cancel);
        return shown.Failure is { } wrong ? wrong : caller with { SecondFactor = true };
    }

    /// <summary>Whether this is the caller's password now. It alone: a second factor is asked for elsewhere.</summary>
    public async ValueTask<Result<Done>> ConfirmAsync(HttpContext context, Caller caller, string password, CancellationToken cancel)
    {
        var verified = await VerifyAsync(context, caller.Name, password, key: null, cancel);
        return verified.Failed(out var failure, out var one) ? failure : one.Stored!.PrincipalId == caller.PrincipalId ? Done.Ok : Wrong;
    }

    /// <summary>True for who has a password here.</summary>
    public ValueTask<bool> HasAsync(string principal, CancellationToken cancel) =>
        _db.ReadAsync(session => PasswordStore.HasAsync(session, principal), cancel);

    public void Dispose() => _queue.Dispose();

    /// <summary>30 s after the fifth failure, twice as long after each further one, up to half an hour.</summary>
    internal static TimeSpan LockFor(long failures)
    {
        var doublings = (int)Math.Clamp(failures - FreeFailures, 0, 10);
        var wait = FirstLock * (1 << doublings);
        return wait < LongestLock ? wait : LongestLock;
    }

    /// <summary>What is left of a count of failures: half of it for each lock's length that has gone by since the lock ended.</summary>
    internal static long Decayed(long failures, TimeSpan quiet)
    {
        if (failures < FreeFailures || quiet <= TimeSpan.Zero)
            return failures;
        var periods = (int)Math.Min(quiet / LockFor(failures), 62);
        return failures >> periods;
    }

    /// <summary>Locks the password when it failed too often.</summary>
    internal static async ValueTask LockAfterAsync(DbSession session, string principal, long failures, DateTimeOffset now)
    {
        if (failures >= FreeFailures)
            await PasswordStore.LockAsync(session, principal, now + LockFor(failures));
    }

    private async ValueTask<Result<Verified>> VerifyAsync(HttpContext context, string name, string password, string? key, CancellationToken cancel)
    {
        if (password.Length > PasswordRules.Longest || name.Length > 64)
            return await RefuseAsync(context, subject: null, "tenancy.unknown_name", cancel);
        if (await StopAsync(context, cancel) is { } refusal)
            return refusal;
        return await _queue.RunAsync<Verified>(
            context,
            async () =>
            {
                // Who waited may find it done, and others of the address have failed meanwhile.
                if (key is not null && _verified.Find(key) is { } meanwhile)
                    return new Verified(null, meanwhile);
                return await StopAsync(context, cancel) is { } late ? late : await VerifyAsync(context, name, password, cancel);
            },
            cancel);
    }

    private async ValueTask<Result<Verified>> VerifyAsync(HttpContext context, string name, string password, CancellationToken cancel)
    {
        var stored = await _db.ReadAsync(session => PasswordStore.FindAsync(session, name), cancel);
        var address = KeyedLimiter.KeyOf(context.Connection.RemoteIpAddress);
        var active = stored is { State: "active" };
        var locked = active && stored!.LockedUntil > _time.GetUtcNow();
        var open = active && (!locked || _familiar.TryTake(stored!.PrincipalId, address));
        var verdict = Hasher.Value.VerifyHashedPassword("", open ? stored!.Hash : NobodysHash.Value, password);
        if (!open)
            return await RefuseAsync(context, stored?.PrincipalId, stored is null ? "tenancy.unknown_name" : locked ? "tenancy.sign_in_locked" : "tenancy.person_disabled", cancel);
        if (verdict is PasswordVerificationResult.Failed)
        {
            await FailAsync(context, stored!, cancel);
            return _limiter.Count(context, Wrong);
        }

        await SucceedAsync(stored!, locked, verdict is PasswordVerificationResult.SuccessRehashNeeded ? Hash(password) : null, cancel);
        if (!stored!.HasSecondFactor)
            _familiar.Keep(stored.PrincipalId, address);
        return new Verified(stored, null);
    }

    private async ValueTask<Failure?> StopAsync(HttpContext context, CancellationToken cancel)
    {
        if (_limiter.Refuses(context) is not { } refusal)
            return null;
        await _trail.NoteAsync(context, subject: null, refusal.Code, cancel);
        return refusal;
    }

    private async ValueTask<Failure> RefuseAsync(HttpContext context, string? subject, string reason, CancellationToken cancel)
    {
        var told = _limiter.Count(context, Wrong);
        await _trail.NoteAsync(context, subject, reason, cancel);
        return told;
    }

    private async ValueTask FailAsync(HttpContext context, StoredPassword stored, CancellationToken cancel)
    {
        var actor = Callers.Unknown(context, "password");
        await _db.WriteAsync(
            async session =>
            {
                var now = _time.GetUtcNow();
                var failures = await PasswordStore.FailAsync(session, stored.PrincipalId, now);
                await LockAfterAsync(session, stored.PrincipalId, failures, now);
                await _audit.AppendAsync(session, actor, new("principal.sign-in", "principal", stored.PrincipalId)
                {
                    Outcome = AuditOutcome.Refused,
                    Reason = Wrong.Code,
                });
                return Done.Ok;
            },
            cancel);
    }

    private async ValueTask SucceedAsync(StoredPassword stored, bool locked, string? rehashed, CancellationToken cancel)
    {
        // With a second factor only its code ends the count: else whoever has the password could guess codes for ever. A lock stays for the others.
        var reset = !locked && stored is { Failures: > 0, HasSecondFactor: false };
        if (!reset && rehashed is null)
            return;
        await _db.WriteAsync(
            async session =>
            {
                if (rehashed is not null)
                    await PasswordStore.RehashAsync(session, stored.PrincipalId, stored.Hash, rehashed);
                if (reset)
                    await PasswordStore.ResetAsync(session, stored.PrincipalId);
                return Done.Ok;
            },
            cancel);
    }

    private string KeyOf(string name, string password) =>
        Convert.ToBase64String(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes($"{name.Length}:{name}{password}")));

    private sealed record Verified(StoredPassword? Stored, Caller? Known);
}
