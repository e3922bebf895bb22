using Orrery.Storage;

namespace Orrery.Tenancy;

/// <summary>SQL of <c>ten_identity</c>, and the first administrator's grant.</summary>
internal static class IdentityStore
{
    private const string IsOn = """
        select value
          from ten_identity
         where name = 'on_since'
        """;

    private const string TurnOn = """
        insert into ten_identity (name, value)
        values ('on_since', @at)
            on conflict do nothing
        """;

    private const string GrantPlatform = """
        insert into ten_grant (tenant_id, grant_id, subject_kind, subject_id, role, object_kind, object_id, granted_by, granted_at, expires_at)
        values (0, @grant, 'principal', @id, 'platform-admin', '', '', @by, @at, null)
        """;

    public static async ValueTask<bool> IsOnAsync(DbSession session)
    {
        using var statement = session.Sql(IsOn);
        return await statement.FindAsync(static row => row.GetString(0)) is not null;
    }

    /// <returns>False when it was on already.</returns>
    public static async ValueTask<bool> TurnOnAsync(DbSession session, DateTimeOffset at)
    {
        using var statement = session.Sql(TurnOn).Set("at", at.ToString("O", System.Globalization.CultureInfo.InvariantCulture));
        return await statement.ExecuteAsync() == 1;
    }

    public static async ValueTask GrantPlatformAsync(DbSession session, string grant, string principal, string by, DateTimeOffset at)
    {
        using var statement = session.Sql(GrantPlatform)
            .Set("grant", grant).Set("id", principal).Set("by", by).Set("at", at.ToUnixTimeMilliseconds());
        await statement.ExecuteAsync();
    }
}
