using Orrery.Storage;

namespace Orrery.Tenancy;

/// <summary>A principal with a password, as a sign-in needs it.</summary>
internal sealed record StoredPassword(
    string PrincipalId, string Name, string State, string Hash, long Failures, DateTimeOffset LockedUntil, bool HasSecondFactor);

/// <summary>SQL of <c>ten_password</c>.</summary>
internal static class PasswordStore
{
    private const string FindByName = """
        select p.principal_id, p.name, p.state, w.hash, w.failures, w.locked_until, t.confirmed_at
          from ten_principal p
          join ten_password w on w.principal_id = p.principal_id
          left join ten_totp t on t.principal_id = p.principal_id
         where p.name = @name
        """;

    private const string Has = """
        select 1
          from ten_password
         where principal_id = @id
        """;

    private const string Save = """
        insert into ten_password (principal_id, hash, changed_at, failures, locked_until)
        values (@id, @hash, @at, 0, 0)
            on conflict (principal_id) do update
           set hash = excluded.hash, changed_at = excluded.changed_at, failures = 0, locked_until = 0
        """;

    private const string Rehash = """
        update ten_password
           set hash = @hash
         where principal_id = @id
           and hash = @old
        """;

    private const string Fail = """
        update ten_password
           set failures = failures + 1
         where principal_id = @id
        returning failures
        """;

    private const string Try = """
        update ten_password
           set failures = failures + 1
         where principal_id = @id
           and locked_until <= @now
        returning failures
        """;

    private const string Count = """
        select failures, locked_until
          from ten_password
         where principal_id = @id
        """;

    private const string Decay = """
        update ten_password
           set failures = @left, locked_until = @now
         where principal_id = @id
           and failures = @failures
           and locked_until = @until
        """;

    private const string Lock = """
        update ten_password
           set locked_until = @until
         where principal_id = @id
        """;

    private const string Reset = """
        update ten_password
           set failures = 0, locked_until = 0
         where principal_id = @id
        """;

    public static async ValueTask<StoredPassword?> FindAsync(DbSession session, string name)
    {
        using var statement = session.Sql(FindByName).Set("name", name);
        return await statement.FindAsync(static row => new StoredPassword(
            row.GetString(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetInt64(4), DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(5)),
            !row.IsDBNull(6)));
    }

    public static async ValueTask<bool> HasAsync(DbSession session, string principal)
    {
        using var statement = session.Sql(Has).Set("id", principal);
        return await statement.LongAsync() is not null;
    }

    public static async ValueTask SaveAsync(DbSession session, string principal, string hash, DateTimeOffset at)
    {
        using var statement = session.Sql(Save).Set("id", principal).Set("hash", hash).Set("at", at.ToUnixTimeMilliseconds());
        await statement.ExecuteAsync();
    }

    /// <summary>Keeps the same password as another hash, unless it was changed meanwhile.</summary>
    public static async ValueTask RehashAsync(DbSession session, string principal, string old, string hash)
    {
        using var statement = session.Sql(Rehash).Set("id", principal).Set("old", old).Set("hash", hash);
        await statement.ExecuteAsync();
    }

    /// <returns>Failures since the last success, less what time has forgiven.</returns>
    public static async ValueTask<long> FailAsync(DbSession session, string principal, DateTimeOffset now)
    {
        await DecayAsync(session, principal, now);
        using var statement = session.Sql(Fail).Set("id", principal);
        return await statement.LongAsync() ?? 0;
    }

    /// <summary>Counts an attempt as a failure, until <see cref="ResetAsync"/>. Attempts made at once wait for each other's end.</summary>
    /// <returns>Failures since the last success; null when locked.</returns>
    public static async ValueTask<long?> TryAsync(DbSession session, string principal, DateTimeOffset now)
    {
        await DecayAsync(session, principal, now);
        using var statement = session.Sql(Try).Set("id", principal).Set("now", now.ToUnixTimeMilliseconds());
        return await statement.LongAsync();
    }

    public static async ValueTask LockAsync(DbSession session, string principal, DateTimeOffset until)
    {
        using var statement = session.Sql(Lock).Set("id", principal).Set("until", until.ToUnixTimeMilliseconds());
        await statement.ExecuteAsync();
    }

    public static async ValueTask ResetAsync(DbSession session, string principal)
    {
        using var statement = session.Sql(Reset).Set("id", principal);
        await statement.ExecuteAsync();
    }

    // A count that was high once does not make each later slip a long lock. What it is halved to counts from now.
    private static async ValueTask DecayAsync(DbSession session, string principal, DateTimeOffset now)
    {
        using var count = session.Sql(Count).Set("id", principal);
        if (await count.FindAsync(static row => new Counted(row.GetInt64(0), row.GetInt64(1))) is not { } was)
            return;
        var left = Passwords.Decayed(was.Failures, now - DateTimeOffset.FromUnixTimeMilliseconds(was.Until));
        if (left == was.Failures)
            return;
        using var decay = session.Sql(Decay).Set("left", left).Set("now", now.ToUnixTimeMilliseconds()).Set("id", principal)
            .Set("failures", was.Failures).Set("until", was.Until);
        await decay.ExecuteAsync();
    }

    private sealed record Counted(long Failures, long Until);
}
