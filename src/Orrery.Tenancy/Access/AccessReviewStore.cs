using System.Text.Json;
using Orrery.Contracts;
using Orrery.Storage;

namespace Orrery.Tenancy;

/// <summary>What a review of access reads of grants, principals and tokens.</summary>
internal static class AccessReviewStore
{
    private const string GrantsSql = """
        select g.grant_id, g.tenant_id, g.subject_kind, coalesce(p.name, w.name, g.subject_id), g.role, g.object_kind, g.object_id, g.granted_by, g.granted_at, g.expires_at
          from ten_grant g
          left join ten_principal p on g.subject_kind = 'principal' and p.principal_id = g.subject_id
          left join ten_workspace w on g.subject_kind = 'workspace' and cast(w.tenant_id as text) = g.subject_id
         where g.tenant_id in (0, @tenant)
         order by g.tenant_id, g.grant_id
         limit @limit
        """;

    // Whom grants in the workspace or everywhere reach: themselves, or by a group.
    private const string Reached = """
        select subject_id
          from ten_grant
         where tenant_id in (0, @tenant) and subject_kind = 'principal'
         union
        select m.principal_id
          from ten_member m
          join ten_grant g on g.subject_kind = 'principal' and g.subject_id = m.group_id
         where g.tenant_id in (0, @tenant)
        """;

    private const string PrincipalsSql = $"""
        select p.principal_id, p.kind, p.name, p.state, p.created_at,
               case when t.confirmed_at is null then 0 else 1 end,
               (select max(k.last_used_at) from ten_token k where k.principal_id = p.principal_id)
          from ten_principal p
          left join ten_totp t on t.principal_id = p.principal_id
         where p.principal_id in ({Reached})
         order by p.principal_id
         limit @limit
        """;

    private const string TokensSql = $"""
        select k.token_id, p.name, p.state, k.name, k.workspace, k.permissions, k.created_at, k.expires_at, k.revoked_at, k.last_used_at
          from ten_token k
          join ten_principal p on p.principal_id = k.principal_id
         where k.principal_id in ({Reached}) and (k.workspace is null or k.workspace = @tenant)
         order by k.token_id
         limit @limit
        """;

    public static async ValueTask<List<ReviewedGrant>> GrantsAsync(DbSession session, long tenant, int limit)
    {
        using var sql = session.Sql(GrantsSql).Set("tenant", tenant).Set("limit", limit);
        return await sql.ListAsync(static row => new ReviewedGrant
        {
            GrantId = row.GetString(0),
            Everywhere = row.GetInt64(1) == 0,
            SubjectKind = row.GetString(2),
            Subject = row.GetString(3),
            Role = row.GetString(4),
            ObjectKind = row.GetString(5) is { Length: > 0 } kind ? kind : null,
            ObjectId = row.GetString(6) is { Length: > 0 } id ? id : null,
            GrantedBy = row.GetString(7),
            GrantedAt = row.GetInt64(8),
            ExpiresAt = row.IsDBNull(9) ? null : row.GetInt64(9),
        });
    }

    public static async ValueTask<List<ReviewedPrincipal>> PrincipalsAsync(DbSession session, long tenant, int limit)
    {
        using var sql = session.Sql(PrincipalsSql).Set("tenant", tenant).Set("limit", limit);
        return await sql.ListAsync(static row => new ReviewedPrincipal
        {
            PrincipalId = row.GetString(0),
            Kind = row.GetString(1),
            Name = row.GetString(2),
            State = row.GetString(3),
            CreatedAt = row.GetInt64(4),
            HasSecondFactor = row.GetInt64(5) == 1,
            TokenLastUsedAt = row.IsDBNull(6) ? null : row.GetInt64(6),
        });
    }

    public static async ValueTask<List<ReviewedToken>> TokensAsync(DbSession session, long tenant, int limit)
    {
        using var sql = session.Sql(TokensSql).Set("tenant", tenant).Set("limit", limit);
        return await sql.ListAsync(static row => new ReviewedToken
        {
            TokenId = row.GetString(0),
            Owner = row.GetString(1),
            IsOrphan = row.GetString(2) != "active",
            Name = row.GetString(3),
            ThisWorkspaceOnly = !row.IsDBNull(4),
            Permissions = row.IsDBNull(5) ? null : [.. JsonDocument.Parse(row.GetString(5)).RootElement.EnumerateArray().Select(static one => one.GetString()!)],
            CreatedAt = row.GetInt64(6),
            ExpiresAt = row.GetInt64(7),
            RevokedAt = row.IsDBNull(8) ? null : row.GetInt64(8),
            LastUsedAt = row.IsDBNull(9) ? null : row.GetInt64(9),
        });
    }
}
