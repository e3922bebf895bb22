using Orrery.Storage;

namespace Orrery.Tenancy;

/// <summary>A principal with a password, as a sign-in needs it.</summary>
internal sealed record StoredPassword(string PrincipalId, string Name, string State, string Hash, long Failures, DateTimeOffset LockedUntil);

/// <summary>SQL of <c>ten_password</c>.</summary>
internal static class PasswordStore
{
    private const string FindByName = """
        select p.principal_id, p.name, p.state, w.hash, w.failures, w.locked_until
          from ten_principal p
          join ten_password w on w.principal_id = p.principal_id
         where p.name = @name
        """;

    private const string Save = """
        insert into ten_password (principal_id, hash, changed_at, failures, locked_until)
        values (@id, @hash, @at, 0, 0)
            on conflict (principal_id) do update
           set hash = excluded.hash, changed_at = excluded.changed_at, failures = 0, locked_until = 0
        """;

    private const string Fail = """
        update ten_password
           set failures = failures + 1
         where principal_id = @id
        returning failures
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
            row.GetString(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetInt64(4), DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(5))));
    }

    public static async ValueTask SaveAsync(DbSession session, string principal, string hash, DateTimeOffset at)
    {
        using var statement = session.Sql(Save).Set("id", principal).Set("hash", hash).Set("at", at.ToUnixTimeMilliseconds());
        await statement.ExecuteAsync();
    }

    /// <returns>Failures since the last success.</returns>
    public static async ValueTask<long> FailAsync(DbSession session, string principal)
    {
        using var statement = session.Sql(Fail).Set("id", principal);
        return await statement.LongAsync() ?? 0;
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
}
