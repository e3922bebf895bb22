using System.Data.Common;
using System.Text.Json;
using Orrery.Contracts;
using Orrery.Storage;

namespace Orrery.Tenancy;

/// <summary>A token with its owner, as a request needs it.</summary>
internal sealed record StoredToken(
    string TokenId,
    byte[] Hash,
    long? Workspace,
    IReadOnlyList<string>? Permissions,
    DateTimeOffset ExpiresAt,
    bool Revoked,
    string PrincipalId,
    string Name,
    string State,
    bool SecondFactor);

/// <summary>SQL of <c>ten_token</c>.</summary>
internal static class TokenStore
{
    private const string FindByHash = """
        select t.token_id, t.hash, t.workspace, t.permissions, t.expires_at, t.revoked_at, p.principal_id, p.name, p.state, t.second_factor
          from ten_token t
          join ten_principal p on p.principal_id = t.principal_id
         where t.hash = @hash
        """;

    private const string Insert = """
        insert into ten_token (token_id, hash, principal_id, name, workspace, permissions, created_by, created_at, expires_at, second_factor)
        values (@id, @hash, @principal, @name, @workspace, @permissions, @by, @at, @expires, @factor)
        """;

    private const string Columns = """
        select t.token_id, t.name, t.principal_id, w.name, t.permissions, t.created_at, t.expires_at, t.revoked_at, t.last_used_at, t.second_factor
          from ten_token t
          left join ten_workspace w on w.tenant_id = t.workspace
        """;

    private const string Find = Columns + """

         where t.token_id = @id
        """;

    private const string List = Columns + """

         where t.principal_id = @principal
           and (t.created_at < @at or (t.created_at = @at and t.token_id < @token))
         order by t.created_at desc, t.token_id desc
         limit @limit
        """;

    private const string Revoke = """
        update ten_token
           set revoked_at = @at
         where token_id = @id
           and revoked_at is null
        """;

    private const string RevokeAll = """
        update ten_token
           set revoked_at = @at
         where principal_id = @id
           and revoked_at is null
        """;

    private const string DeleteEnded = """
        delete from ten_token
         where expires_at < @before
            or revoked_at < @before
        """;

    private const string Used = """
        update ten_token
           set last_used_at = used_at
          from {rows}
         where token_id = used_id
           and (last_used_at is null or last_used_at < used_at)
        """;

    public static async ValueTask<StoredToken?> FindAsync(DbSession session, byte[] hash)
    {
        using var statement = session.Sql(FindByHash).Set("hash", hash);
        return await statement.FindAsync(static row => new StoredToken(
            row.GetString(0),
            row.GetFieldValue<byte[]>(1),
            row.IsDBNull(2) ? null : row.GetInt64(2),
            Permissions(row, 3),
            Time(row.GetInt64(4)),
            !row.IsDBNull(5),
            row.GetString(6),
            row.GetString(7),
            row.GetString(8),
            row.GetInt64(9) != 0));
    }

    public static async ValueTask InsertAsync(DbSession session, AccessToken token, byte[] hash, long? workspace, string by)
    {
        using var statement = session.Sql(Insert)
            .Set("id", token.TokenId).Set("hash", hash).Set("principal", token.PrincipalId).Set("name", token.Name).Set("workspace", workspace)
            .Set("permissions", token.Permissions is null ? null : JsonSerializer.Serialize(token.Permissions)).Set("by", by)
            .Set("at", token.CreatedAt.ToUnixTimeMilliseconds()).Set("expires", token.ExpiresAt.ToUnixTimeMilliseconds())
            .Set("factor", token.SecondFactor ? 1L : 0L);
        await statement.ExecuteAsync();
    }

    public static async ValueTask<AccessToken?> FindAsync(DbSession session, string id)
    {
        using var statement = session.Sql(Find).Set("id", id);
        return await statement.FindAsync(Read);
    }

    public static async ValueTask<List<AccessToken>> ListAsync(DbSession session, string principal, (long At, string Token) before, int limit)
    {
        using var statement = session.Sql(List).Set("principal", principal).Set("at", before.At).Set("token", before.Token).Set("limit", limit);
        return await statement.ListAsync(Read);
    }

    public static async ValueTask<bool> RevokeAsync(DbSession session, string id, DateTimeOffset at)
    {
        using var statement = session.Sql(Revoke).Set("id", id).Set("at", at.ToUnixTimeMilliseconds());
        return await statement.ExecuteAsync() == 1;
    }

    /// <returns>How many there were.</returns>
    public static async ValueTask<int> RevokeAllAsync(DbSession session, string principal, DateTimeOffset at)
    {
        using var statement = session.Sql(RevokeAll).Set("at", at.ToUnixTimeMilliseconds()).Set("id", principal);
        return await statement.ExecuteAsync();
    }

    /// <summary>Forgets tokens that ended before a time.</summary>
    public static async ValueTask DeleteEndedAsync(DbSession session, DateTimeOffset before)
    {
        using var statement = session.Sql(DeleteEnded).Set("before", before.ToUnixTimeMilliseconds());
        await statement.ExecuteAsync();
    }

    public static async ValueTask UsedAsync(DbSession session, IReadOnlyList<KeyValuePair<string, long>> uses)
    {
        using var statement = session.Sql(Used);
        await statement.ExecuteRowsAsync(new SqlRows(uses.Count)
            .Text("used_id", uses, static use => use.Key).Whole("used_at", uses, static use => use.Value));
    }

    private static AccessToken Read(DbDataReader row) => new()
    {
        TokenId = row.GetString(0),
        Name = row.GetString(1),
        PrincipalId = row.GetString(2),
        Workspace = row.IsDBNull(3) ? null : row.GetString(3),
        Permissions = Permissions(row, 4),
        CreatedAt = Time(row.GetInt64(5)),
        ExpiresAt = Time(row.GetInt64(6)),
        RevokedAt = row.IsDBNull(7) ? null : Time(row.GetInt64(7)),
        LastUsedAt = row.IsDBNull(8) ? null : Time(row.GetInt64(8)),
        SecondFactor = row.GetInt64(9) != 0,
    };

    private static string[]? Permissions(DbDataReader row, int column) =>
        row.IsDBNull(column) ? null : JsonSerializer.Deserialize<string[]>(row.GetString(column));

    private static DateTimeOffset Time(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
}
