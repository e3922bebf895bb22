using Orrery.Storage;

namespace Orrery.Tenancy;

/// <summary>A person's authenticator.</summary>
internal sealed record StoredTotp(byte[] Secret, DateTimeOffset? ConfirmedAt, long LastStep);

/// <summary>SQL of <c>ten_totp</c> and <c>ten_recovery_code</c>.</summary>
internal static class SecondFactorStore
{
    private const string Find = """
        select secret, confirmed_at, last_step
          from ten_totp
         where principal_id = @id
        """;

    private const string Begin = """
        insert into ten_totp (principal_id, secret, begun_at, confirmed_at, last_step)
        values (@id, @secret, @at, null, 0)
            on conflict (principal_id) do update
           set secret = excluded.secret, begun_at = excluded.begun_at, last_step = 0
         where ten_totp.confirmed_at is null
        """;

    private const string Confirm = """
        update ten_totp
           set confirmed_at = @at, last_step = @step
         where principal_id = @id
           and confirmed_at is null
        """;

    private const string Take = """
        update ten_totp
           set last_step = @step
         where principal_id = @id
           and confirmed_at is not null
           and last_step < @step
        """;

    private const string DeleteTotp = "delete from ten_totp where principal_id = @id";
    private const string DeleteCodes = "delete from ten_recovery_code where principal_id = @id";

    private const string AddCode = """
        insert into ten_recovery_code (principal_id, hash, used_at)
        values (@id, @hash, null)
        """;

    private const string UseCode = """
        update ten_recovery_code
           set used_at = @at
         where principal_id = @id
           and hash = @hash
           and used_at is null
        """;

    private const string CountCodes = """
        select count(*)
          from ten_recovery_code
         where principal_id = @id
           and used_at is null
        """;

    public static async ValueTask<StoredTotp?> FindAsync(DbSession session, string principal)
    {
        using var statement = session.Sql(Find).Set("id", principal);
        return await statement.FindAsync(static row => new StoredTotp(
            row.GetFieldValue<byte[]>(0), row.IsDBNull(1) ? null : DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(1)), row.GetInt64(2)));
    }

    /// <returns>False when there is a confirmed one, which stays.</returns>
    public static async ValueTask<bool> BeginAsync(DbSession session, string principal, byte[] secret, DateTimeOffset at)
    {
        using var statement = session.Sql(Begin).Set("id", principal).Set("secret", secret).Set("at", at.ToUnixTimeMilliseconds());
        return await statement.ExecuteAsync() == 1;
    }

    /// <returns>False when it was confirmed before.</returns>
    public static async ValueTask<bool> ConfirmAsync(DbSession session, string principal, long step, DateTimeOffset at)
    {
        using var statement = session.Sql(Confirm).Set("id", principal).Set("step", step).Set("at", at.ToUnixTimeMilliseconds());
        return await statement.ExecuteAsync() == 1;
    }

    /// <returns>False when the code of this step, or of a later one, was taken before.</returns>
    public static async ValueTask<bool> TakeAsync(DbSession session, string principal, long step)
    {
        using var statement = session.Sql(Take).Set("id", principal).Set("step", step);
        return await statement.ExecuteAsync() == 1;
    }

    /// <summary>With its recovery codes.</summary>
    /// <returns>False when there is none.</returns>
    public static async ValueTask<bool> DeleteAsync(DbSession session, string principal)
    {
        using (var codes = session.Sql(DeleteCodes).Set("id", principal))
            await codes.ExecuteAsync();
        using var statement = session.Sql(DeleteTotp).Set("id", principal);
        return await statement.ExecuteAsync() == 1;
    }

    /// <summary>Puts new recovery codes in the place of all others.</summary>
    public static async ValueTask ReplaceCodesAsync(DbSession session, string principal, IReadOnlyList<byte[]> hashes)
    {
        using (var old = session.Sql(DeleteCodes).Set("id", principal))
            await old.ExecuteAsync();
        foreach (var hash in hashes)
        {
            using var statement = session.Sql(AddCode).Set("id", principal).Set("hash", hash);
            await statement.ExecuteAsync();
        }
    }

    /// <returns>False when there is no such code, or it was used.</returns>
    public static async ValueTask<bool> UseCodeAsync(DbSession session, string principal, byte[] hash, DateTimeOffset at)
    {
        using var statement = session.Sql(UseCode).Set("id", principal).Set("hash", hash).Set("at", at.ToUnixTimeMilliseconds());
        return await statement.ExecuteAsync() == 1;
    }

    /// <summary>How many recovery codes are left.</summary>
    public static async ValueTask<long> CountCodesAsync(DbSession session, string principal)
    {
        using var statement = session.Sql(CountCodes).Set("id", principal);
        return await statement.LongAsync() ?? 0;
    }
}
