using Microsoft.AspNetCore.Http;
using Orrery.Audit;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Tenancy;

/// <summary>
/// The second factor of people with a password: codes of an authenticator, and recovery codes. A wrong code counts as a wrong
/// password does, for the address and for the password's lock-out. Thread-safe.
/// </summary>
internal sealed class SecondFactors(Db db, SecretBox box, AuditLog audit, AccessEpoch epoch, FailureLimiter limiter, TimeProvider time)
{
    /// <summary>A password alone was sent for somebody who has a second factor.</summary>
    public static readonly Failure Needed = new(
        FailureKind.Unauthenticated,
        "tenancy.second_factor_needed",
        $"This person has a second factor, so that a password alone is not enough. Sign in with a code too (field code of POST /api/v1/session, or the header {OrreryHeaders.Code} beside a name and password); programs send a token.");

    /// <summary>For people who sign in elsewhere, and service accounts.</summary>
    public static readonly Failure NoPassword = Failure.Conflict(
        "tenancy.no_password", "You have no password here, so that there is nothing to add a second factor to: who signs you in elsewhere asks for it.");

    // One answer for every cause, so that nobody learns whether a code was right.
    private static readonly Failure Wrong = new(
        FailureKind.Unauthenticated,
        "tenancy.wrong_code",
        "The code is wrong or was used before, or sign-in is locked for a while after too many failures. Wait for the next code; is the clock of your device right?");

    private static readonly Failure None = Failure.NotFound("tenancy.no_second_factor", "There is no second factor.");
    private static readonly Failure NotBegun = Failure.NotFound(
        "tenancy.no_second_factor", "There is nothing to confirm: begin with POST /api/v1/me/second-factor, which tells the secret.");

    private static readonly Failure On = Failure.Conflict(
        "tenancy.second_factor_on", "You have a second factor. To change your authenticator, remove the present one first.");

    private static readonly Failure Unreadable = Failure.Unavailable(
        "tenancy.second_factor_unreadable",
        "The secret of the second factor was encrypted with another key than this server's (Orrery:Secrets:Key). Use a recovery code, or ask an administrator to remove the factor.");

    public async ValueTask<Result<SecondFactorStatus>> StatusAsync(string person, CancellationToken cancel) => await db.ReadAsync(
        async session => new SecondFactorStatus
        {
            ConfirmedAt = (await SecondFactorStore.FindAsync(session, person))?.ConfirmedAt,
            RecoveryCodesLeft = (int)await SecondFactorStore.CountCodesAsync(session, person),
        },
        cancel);

    /// <summary>Makes a secret, which is a factor once a code of it was shown; one that was not confirmed before is forgotten.</summary>
    public async ValueTask<Result<SecondFactorSetup>> BeginAsync(Actor actor, string person, CancellationToken cancel)
    {
        var secret = Totp.NewSecret();
        var sealedSecret = box.Seal(Convert.ToHexString(secret), WorkspaceId.Platform.Value, person);
        var begun = await db.WriteAsync<Done>(
            async session =>
            {
                if (!await PasswordStore.HasAsync(session, person))
                    return NoPassword;
                if (!await SecondFactorStore.BeginAsync(session, person, sealedSecret, time.GetUtcNow()))
                    return On;
                await AuditAsync(session, actor, "second-factor.begin", person);
                return Done.Ok;
            },
            cancel);
        var text = Base32.Encode(secret);
        return begun.Failure is { } failure ? failure : new SecondFactorSetup(text, Totp.Uri(actor.Name, text));
    }

    /// <summary>Makes the begun one a factor. Other sessions end; the one that asks has shown both factors now.</summary>
    public ValueTask<Result<RecoveryCodes>> ConfirmAsync(HttpContext context, Actor actor, string person, string code, CancellationToken cancel) => ProveAsync(
        context, actor, person, code, pending: true,
        async session =>
        {
            await AuditAsync(session, actor, "second-factor.confirm", person);
            return await ChangedAsync(session, context, person, await NewCodesAsync(session, person), secondFactor: true);
        },
        cancel);

    /// <summary>Puts new recovery codes in the place of all others.</summary>
    public ValueTask<Result<RecoveryCodes>> ReplaceCodesAsync(HttpContext context, Actor actor, string person, string code, CancellationToken cancel) => ProveAsync(
        context, actor, person, code, pending: false,
        async session =>
        {
            await AuditAsync(session, actor, "second-factor.recovery-codes", person);
            return await ChangedAsync(session, context, person, await NewCodesAsync(session, person), secondFactor: true);
        },
        cancel);

    /// <summary>Removes one's own factor, for which a code is needed once more.</summary>
    public ValueTask<Result<SecondFactorStatus>> RemoveAsync(HttpContext context, Actor actor, string person, string code, CancellationToken cancel) => ProveAsync(
        context, actor, person, code, pending: false,
        async session =>
        {
            await SecondFactorStore.DeleteAsync(session, person);
            await AuditAsync(session, actor, "second-factor.remove", person);
            return await ChangedAsync(session, context, person, new SecondFactorStatus(), secondFactor: false);
        },
        cancel);

    /// <summary>Removes somebody's factor, who lost it, and ends their sessions.</summary>
    public async ValueTask<Result<Done>> RemoveAsync(Actor actor, string person, CancellationToken cancel)
    {
        var removed = await db.WriteAsync<Done>(
            async session =>
            {
                if (await PrincipalStore.FindAsync(session, person) is not { Kind: "person" })
                    return Principals.NotFound(person);
                if (!await SecondFactorStore.DeleteAsync(session, person))
                    return None;
                await SessionStore.DeleteAllAsync(session, person);
                await AccessEpoch.RaiseAsync(session);
                await AuditAsync(session, actor, "second-factor.remove", person);
                return Done.Ok;
            },
            cancel);
        if (removed.Succeeded)
            await epoch.LookAsync(cancel);
        return removed;
    }

    /// <summary>Takes a code at sign-in; it is used up then. Until it is right, nobody has proved to be this caller.</summary>
    public async ValueTask<Result<Done>> CheckAsync(HttpContext context, Caller caller, string code, CancellationToken cancel)
    {
        var done = await ProveAsync(
            context, caller.OnPlatform(context), caller.PrincipalId, code, pending: false, static _ => ValueTask.FromResult(new object()), cancel,
            unproved: Callers.Unknown(context, caller.Method));
        return done.Then<Done>(static _ => Done.Ok);
    }

    private static async ValueTask<RecoveryCodes> NewCodesAsync(DbSession session, string person)
    {
        var codes = Enumerable.Range(0, RecoveryCode.Count).Select(static _ => RecoveryCode.New()).ToArray();
        await SecondFactorStore.ReplaceCodesAsync(session, person, [.. codes.Select(code => RecoveryCode.Hash(person, RecoveryCode.Normal(code)))]);
        return new RecoveryCodes { Codes = codes };
    }

    private static async ValueTask<T> ChangedAsync<T>(DbSession session, HttpContext context, string person, T answer, bool secondFactor)
    {
        var own = Sessions.CookieOf(context) is { } cookie ? Sessions.Hash(cookie) : [];
        await SessionStore.DeleteOthersAsync(session, person, own);
        await SessionStore.SetFactorAsync(session, person, own, secondFactor);
        await AccessEpoch.RaiseAsync(session);
        return answer;
    }

    /// <summary>
    /// Does something for whoever shows a code, in the transaction that uses it up. A wrong one is counted and the count kept, so it is
    /// no failure of the transaction.
    /// </summary>
    private async ValueTask<Result<T>> ProveAsync<T>(
        HttpContext context, Actor actor, string person, string code, bool pending, Func<DbSession, ValueTask<T>> deed, CancellationToken cancel,
        Actor? unproved = null)
        where T : class
    {
        if (limiter.Refuses(context) is { } refusal)
            return refusal;
        var normal = RecoveryCode.Normal(code.Length <= 100 ? code : "");
        var proved = await db.WriteAsync<Proved<T>>(
            async session =>
            {
                if (await SecondFactorStore.FindAsync(session, person) is not { } stored || stored.ConfirmedAt is null != pending)
                    return pending ? NotBegun : None;
                var now = time.GetUtcNow();
                // Counted before it is looked at, so that guesses made at once wait for each other and for the lock.
                if (await PasswordStore.TryAsync(session, person, now) is not { } failures)
                    return new Proved<T>(null);
                var used = await UseAsync(session, actor, person, normal, stored, now);
                if (used.Failed(out var unreadable, out var right))
                    return unreadable;
                if (right)
                {
                    await PasswordStore.ResetAsync(session, person);
                    return new Proved<T>(await deed(session));
                }

                await Passwords.LockAfterAsync(session, person, failures, now);
                await audit.AppendAsync(session, unproved ?? actor, new("second-factor.show", "principal", person) { Outcome = AuditOutcome.Refused, Reason = Wrong.Code });
                return new Proved<T>(null);
            },
            cancel);
        if (proved.Failed(out var failure, out var outcome))
            return failure;
        await epoch.LookAsync(cancel);
        return outcome.Answer is { } answer ? answer : limiter.Count(context, Wrong);
    }

    private async ValueTask<Result<bool>> UseAsync(DbSession session, Actor actor, string person, string code, StoredTotp stored, DateTimeOffset now)
    {
        if (stored.ConfirmedAt is not null && RecoveryCode.IsMeant(code))
        {
            if (!await SecondFactorStore.UseCodeAsync(session, person, RecoveryCode.Hash(person, code), now))
                return false;
            await AuditAsync(session, actor, "second-factor.use-recovery-code", person);
            return true;
        }

        if (box.Open(stored.Secret, WorkspaceId.Platform.Value, person) is not { } secret)
            return Unreadable;
        return Totp.Match(Convert.FromHexString(secret), code, now, stored.LastStep) is { } step
            && (stored.ConfirmedAt is null
                ? await SecondFactorStore.ConfirmAsync(session, person, step, now)
                : await SecondFactorStore.TakeAsync(session, person, step));
    }

    private ValueTask AuditAsync(DbSession session, Actor actor, string action, string person) =>
        audit.AppendAsync(session, actor, new(action, "principal", person));

    private sealed record Proved<T>(T? Answer);
}
