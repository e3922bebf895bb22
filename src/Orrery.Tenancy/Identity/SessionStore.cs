using Orrery.Storage;

namespace Orrery.Tenancy;

/// <summary>A browser's session with its person.</summary>
internal sealed record StoredSession(string PrincipalId, string Name, string State, bool SecondFactor, DateTimeOffset SeenAt, DateTimeOffset EndsAt);

/// <summary>SQL of <c>ten_session</c>.</summary>
internal static class SessionStore
{
    private const string Find = """
        select p.principal_id, p.name, p.state, s.second_factor, s.seen_at, s.ends_at
          from ten_session s
          join ten_principal p on p.principal_id = s.principal_id
         where s.hash = @hash
        """;

    private const string Insert = """
        insert into ten_session (hash, principal_id, second_factor, created_at, seen_at, ends_at)
        values (@hash, @id, @factor, @at, @at, @ends)
        """;

    private const string Seen = """
        update ten_session
           set seen_at = @at
         where hash = @hash
           and seen_at < @at
        """;

    private const string Delete = "delete from ten_session where hash = @hash";
    private const string DeleteAll = "delete from ten_session where principal_id = @id";
    private const string DeleteOthers = "delete from ten_session where principal_id = @id and hash <> @hash";

    private const string SetFactor = """
        update ten_session
           set second_factor = @factor
         where hash = @hash
           and principal_id = @id
        """;

    private const string DeleteEnded = "delete from ten_session where ends_at < @now";

    public static async ValueTask<StoredSession?> FindAsync(DbSession session, byte[] hash)
    {
        using var statement = session.Sql(Find).Set("hash", hash);
        return await statement.FindAsync(static row => new StoredSession(
            row.GetString(0),
            row.GetString(1),
            row.GetString(2),
            row.GetInt64(3) == 1,
            DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(4)),
            DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(5))));
    }

    public static async ValueTask InsertAsync(DbSession session, byte[] hash, string principal, bool factor, DateTimeOffset at, DateTimeOffset ends)
    {
        using var statement = session.Sql(Insert).Set("hash", hash).Set("id", principal).Set("factor", factor ? 1L : 0L)
            .Set("at", at.ToUnixTimeMilliseconds()).Set("ends", ends.ToUnixTimeMilliseconds());
        await statement.ExecuteAsync();
    }

    public static async ValueTask SeenAsync(DbSession session, byte[] hash, DateTimeOffset at)
    {
        using var statement = session.Sql(Seen).Set("at", at.ToUnixTimeMilliseconds()).Set("hash", hash);
        await statement.ExecuteAsync();
    }

    public static async ValueTask<bool> DeleteAsync(DbSession session, byte[] hash)
    {
        using var statement = session.Sql(Delete).Set("hash", hash);
        return await statement.ExecuteAsync() == 1;
    }

    public static async ValueTask DeleteAllAsync(DbSession session, string principal)
    {
        using var statement = session.Sql(DeleteAll).Set("id", principal);
        await statement.ExecuteAsync();
    }

    /// <summary>Ends a person's sessions but one.</summary>
    public static async ValueTask DeleteOthersAsync(DbSession session, string principal, byte[] kept)
    {
        using var statement = session.Sql(DeleteOthers).Set("id", principal).Set("hash", kept);
        await statement.ExecuteAsync();
    }

    public static async ValueTask SetFactorAsync(DbSession session, string principal, byte[] hash, bool factor)
    {
        using var statement = session.Sql(SetFactor).Set("factor", factor ? 1L : 0L).Set("hash", hash).Set("id", principal);
        await statement.ExecuteAsync();
    }

    public static async ValueTask DeleteEndedAsync(DbSession session, DateTimeOffset now)
    {
        using var statement = session.Sql(DeleteEnded).Set("now", now.ToUnixTimeMilliseconds());
        await statement.ExecuteAsync();
    }
}
