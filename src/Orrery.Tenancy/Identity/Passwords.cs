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
    private const int Iterations = 210_000;
    private const int FreeFailures = 5;
    private static readonly TimeSpan FirstLock = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestLock = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan RememberFor = TimeSpan.FromMinutes(5);

    // One answer for every cause, so that nobody learns which names there are.
    private static readonly Failure Wrong = new(
        FailureKind.Unauthenticated,
        "tenancy.wrong_password",
        "The name or the password is wrong, or sign-in is locked for a while after too many failures.");

    private static readonly PasswordHasher<string> Hasher = new(Options.Create(new PasswordHasherOptions { IterationCount = Iterations }));
    private static readonly Lazy<string> NobodysHash = new(static () => Hasher.HashPassword("", Base62.Random(30)));

    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);
    private readonly SemaphoreSlim _slots = new(Math.Max(1, Environment.ProcessorCount / 2));
    private readonly Remembered<Caller> _verified;
    private readonly Db _db;
    private readonly AuditLog _audit;
    private readonly FailureLimiter _limiter;
    private readonly TimeProvider _time;

    public Passwords(Db db, AuditLog audit, AccessEpoch epoch, FailureLimiter limiter, TimeProvider time)
    {
        (_db, _audit, _limiter, _time) = (db, audit, limiter, time);
        _verified = new(time, RememberFor, capacity: 10_000);
        epoch.Changed += _verified.Forget;
    }

    public static string Hash(string password) => Hasher.HashPassword("", password);

    /// <summary>Whose name and password these are. What was verified lately is known again without the work.</summary>
    public async ValueTask<Result<Caller>> CheckAsync(HttpContext context, string name, string password, CancellationToken cancel)
    {
        name = PrincipalName.Normal(name);
        var key = KeyOf(name, password);
        if (_verified.Find(key) is { } known)
            return known;
        if (password.Length > PasswordRules.Longest || name.Length > 64)
            return _limiter.Count(context, Wrong);
        if (_limiter.Refuses(context) is { } refusal)
            return refusal;

        // The work takes a processor for a tenth of a second: a few at a time, and who waited may find it done.
        await _slots.WaitAsync(cancel);
        try
        {
            return _verified.Find(key) is { } meanwhile ? meanwhile : await VerifyAsync(context, key, name, password, cancel);
        }
        finally
        {
            _slots.Release();
        }
    }

    /// <summary>True when this is the person's password now.</summary>
    public async ValueTask<Result<Done>> ConfirmAsync(HttpContext context, Caller caller, string password, CancellationToken cancel)
    {
        var checkedNow = await CheckAsync(context, caller.Name, password, cancel);
        return checkedNow.Failed(out var failure, out var found) ? failure : found.PrincipalId == caller.PrincipalId ? Done.Ok : Wrong;
    }

    public void Dispose() => _slots.Dispose();

    private async ValueTask<Result<Caller>> VerifyAsync(HttpContext context, string key, string name, string password, CancellationToken cancel)
    {
        var generation = _verified.Generation;
        var stored = await _db.ReadAsync(session => PasswordStore.FindAsync(session, name), cancel);
        var open = stored is { State: "active" } && stored.LockedUntil <= _time.GetUtcNow();
        var verdict = Hasher.VerifyHashedPassword("", open ? stored!.Hash : NobodysHash.Value, password);
        if (!open || verdict is PasswordVerificationResult.Failed)
        {
            if (open)
                await FailAsync(context, stored!, cancel);
            return _limiter.Count(context, Wrong);
        }

        var caller = await SucceedAsync(stored!, verdict is PasswordVerificationResult.SuccessRehashNeeded ? Hash(password) : null, cancel);
        _verified.Keep(key, caller, generation);
        return caller;
    }

    private async ValueTask FailAsync(HttpContext context, StoredPassword stored, CancellationToken cancel)
    {
        var actor = Callers.Unknown(context, "password");
        await _db.WriteAsync(
            async session =>
            {
                var failures = await PasswordStore.FailAsync(session, stored.PrincipalId);
                if (failures >= FreeFailures)
                    await PasswordStore.LockAsync(session, stored.PrincipalId, _time.GetUtcNow() + LockFor(failures));
                await _audit.AppendAsync(session, actor, new("principal.sign-in", "principal", stored.PrincipalId)
                {
                    Outcome = AuditOutcome.Refused,
                    Reason = Wrong.Code,
                });
                return Done.Ok;
            },
            cancel);
    }

    private async ValueTask<Caller> SucceedAsync(StoredPassword stored, string? rehashed, CancellationToken cancel)
    {
        if (stored.Failures > 0 || rehashed is not null)
        {
            await _db.WriteAsync(
                async session =>
                {
                    if (rehashed is not null)
                        await PasswordStore.SaveAsync(session, stored.PrincipalId, rehashed, _time.GetUtcNow());
                    else
                        await PasswordStore.ResetAsync(session, stored.PrincipalId);
                    return Done.Ok;
                },
                cancel);
        }

        var groups = await _db.ReadAsync(session => PrincipalStore.GroupsAsync(session, stored.PrincipalId), cancel);
        return new(stored.PrincipalId, stored.Name, "password") { Groups = groups };
    }

    /// <summary>30 s after the fifth failure, twice as long after each further one, up to half an hour.</summary>
    internal static TimeSpan LockFor(long failures)
    {
        var doublings = (int)Math.Clamp(failures - FreeFailures, 0, 10);
        var wait = FirstLock * (1 << doublings);
        return wait < LongestLock ? wait : LongestLock;
    }

    private string KeyOf(string name, string password) =>
        Convert.ToBase64String(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes($"{name.Length}:{name}{password}")));
}
