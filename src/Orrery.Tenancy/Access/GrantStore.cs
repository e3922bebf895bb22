using System.Data.Common;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Tenancy;

/// <summary>Table <c>ten_grant</c>.</summary>
internal static class GrantStore
{
    private const string Columns = """
        g.grant_id, g.tenant_id, g.subject_kind, g.subject_id, g.role, g.object_kind, g.object_id, g.granted_by, g.granted_at, g.expires_at
        """;

    private const string OfCaller = $"""
        select {Columns}, null
          from ten_grant g
         where g.tenant_id in (0, @tenant) and g.subject_kind = 'principal' and g.subject_id {"{in subjects}"}
         order by g.tenant_id, g.grant_id
        """;

    // Those with workspaces in which one of the subjects has a role on the whole.
    private const string Shares = $"""
        select {Columns}, null
          from ten_grant g
         where g.tenant_id = @tenant and g.subject_kind = 'workspace'
           and exists (
               select 1
                 from ten_grant m
                where (m.tenant_id = 0 or cast(m.tenant_id as text) = g.subject_id)
                  and m.subject_kind = 'principal' and m.subject_id {"{in subjects}"} and m.object_kind = ''
                  and (m.expires_at is null or m.expires_at > @now))
         order by g.grant_id
        """;

    private const string HoldsEverywhere = """
        select 1
          from ten_grant
         where tenant_id = 0 and subject_kind = 'principal' and subject_id {in subjects}
           and (expires_at is null or expires_at > @now)
         limit 1
        """;

    private const string List = $"""
        select {Columns}, coalesce(p.name, w.name)
          from ten_grant g
          left join ten_principal p on g.subject_kind = 'principal' and p.principal_id = g.subject_id
          left join ten_workspace w on g.subject_kind = 'workspace' and cast(w.tenant_id as text) = g.subject_id
         where g.tenant_id = @tenant and g.grant_id > @after
           and (@kind = '' or g.object_kind = @kind)
           and (@object = '' or g.object_id = @object)
         order by g.grant_id
         limit @limit
        """;

    private const string Find = $"""
        select {Columns}, null
          from ten_grant g
         where g.tenant_id = @tenant and g.grant_id = @id
        """;

    private const string SharedWith = $"""
        select {Columns}, w.name
          from ten_grant g
          join ten_workspace w on w.tenant_id = g.tenant_id
         where g.subject_kind = 'workspace' and g.subject_id = @tenant and (g.expires_at is null or g.expires_at > @now)
         order by g.tenant_id, g.grant_id
        """;

    private const string Insert = """
        insert into ten_grant (tenant_id, grant_id, subject_kind, subject_id, role, object_kind, object_id, granted_by, granted_at, expires_at)
        values (@tenant, @id, @subject_kind, @subject, @role, @kind, @object, @by, @at, @expires)
            on conflict (tenant_id, subject_kind, subject_id, role, object_kind, object_id) do update
           set expires_at = excluded.expires_at
        """;

    private const string FindSame = $"""
        select {Columns}, null
          from ten_grant g
         where g.tenant_id = @tenant and g.subject_kind = @subject_kind and g.subject_id = @subject and g.role = @role
           and g.object_kind = @kind and g.object_id = @object
        """;

    private const string Delete = """
        delete from ten_grant
         where tenant_id = @tenant and grant_id = @id
        """;

    // By themselves or through a group that is active; who cannot sign in is none.
    private const string CountPlatformAdmins = """
        select count(*)
          from ten_principal p
         where p.kind = 'person'
           and p.state = 'active'
           and (exists (select 1 from ten_password w where w.principal_id = p.principal_id)
                or exists (select 1 from ten_external_identity e where e.principal_id = p.principal_id))
           and exists (
               select 1
                 from ten_grant g
                where g.tenant_id = 0
                  and g.subject_kind = 'principal'
                  and g.role = 'platform-admin'
                  and g.object_kind = ''
                  and g.expires_at is null
                  and (g.subject_id = p.principal_id
                       or g.subject_id in (
                           select m.group_id
                             from ten_member m
                             join ten_principal q on q.principal_id = m.group_id
                            where m.principal_id = p.principal_id
                              and q.state = 'active')))
        """;

    private const string UsesRole = """
        select 1
          from ten_grant
         where tenant_id = @tenant and role = @role
         limit 1
        """;

    private const string FindPrincipal = """
        select principal_id
          from ten_principal
         where name = @name
        """;

    public static async ValueTask<string?> FindPrincipalAsync(DbSession session, string name)
    {
        using var statement = session.Sql(FindPrincipal).Set("name", name);
        return await statement.FindAsync(static row => row.GetString(0));
    }

    public static async ValueTask<List<Grant>> OfCallerAsync(DbSession session, long tenant, IReadOnlyCollection<string> subjects)
    {
        using var statement = session.Sql(OfCaller).Set("tenant", tenant).SetList("subjects", subjects);
        return await statement.ListAsync(Read);
    }

    /// <summary>What a workspace shares with those in which one of the subjects has a role on the whole.</summary>
    public static async ValueTask<List<Grant>> SharesAsync(DbSession session, long tenant, IReadOnlyCollection<string> subjects, long now)
    {
        using var statement = session.Sql(Shares).Set("tenant", tenant).SetList("subjects", subjects).Set("now", now);
        return await statement.ListAsync(Read);
    }

    /// <summary>True when one of the subjects has a role everywhere.</summary>
    public static async ValueTask<bool> HoldsEverywhereAsync(DbSession session, IReadOnlyCollection<string> subjects, long now)
    {
        using var statement = session.Sql(HoldsEverywhere).SetList("subjects", subjects).Set("now", now);
        return await statement.LongAsync() is not null;
    }

    public static async ValueTask<List<Grant>> ListAsync(DbSession session, long tenant, string after, string objectKind, string objectId, int limit)
    {
        using var statement = session.Sql(List)
            .Set("tenant", tenant).Set("after", after).Set("kind", objectKind).Set("object", objectId).Set("limit", limit);
        return await statement.ListAsync(Read);
    }

    /// <summary>What other workspaces share with this one; the subject's name is the sharing workspace's.</summary>
    public static async ValueTask<List<Grant>> SharedWithAsync(DbSession session, WorkspaceId workspace, long now)
    {
        using var statement = session.Sql(SharedWith).Set("tenant", workspace.ToString()).Set("now", now);
        return await statement.ListAsync(Read);
    }

    public static async ValueTask<Grant?> FindAsync(DbSession session, long tenant, string id)
    {
        using var statement = session.Sql(Find).Set("tenant", tenant).Set("id", id);
        return await statement.FindAsync(Read);
    }

    public static async ValueTask<Grant?> FindSameAsync(DbSession session, Grant grant)
    {
        using var statement = session.Sql(FindSame)
            .Set("tenant", grant.Tenant).Set("subject_kind", grant.SubjectKind).Set("subject", grant.SubjectId).Set("role", grant.Role)
            .Set("kind", grant.ObjectKind).Set("object", grant.ObjectId);
        return await statement.FindAsync(Read);
    }

    public static async ValueTask InsertAsync(DbSession session, Grant grant)
    {
        using var statement = session.Sql(Insert)
            .Set("tenant", grant.Tenant).Set("id", grant.Id).Set("subject_kind", grant.SubjectKind).Set("subject", grant.SubjectId)
            .Set("role", grant.Role).Set("kind", grant.ObjectKind).Set("object", grant.ObjectId).Set("by", grant.GrantedBy)
            .Set("at", grant.GrantedAt).Set("expires", grant.ExpiresAt);
        await statement.ExecuteAsync();
    }

    public static async ValueTask<bool> DeleteAsync(DbSession session, long tenant, string id)
    {
        using var statement = session.Sql(Delete).Set("tenant", tenant).Set("id", id);
        return await statement.ExecuteAsync() == 1;
    }

    /// <summary>How many active people who can sign in may administer the platform, without an end.</summary>
    public static async ValueTask<long> CountPlatformAdminsAsync(DbSession session)
    {
        using var statement = session.Sql(CountPlatformAdmins);
        return await statement.LongAsync() ?? 0;
    }

    public static async ValueTask<bool> UsesRoleAsync(DbSession session, long tenant, string role)
    {
        using var statement = session.Sql(UsesRole).Set("tenant", tenant).Set("role", role);
        return await statement.LongAsync() is not null;
    }

    private static Grant Read(DbDataReader row) => new()
    {
        Id = row.GetString(0),
        Tenant = row.GetInt64(1),
        SubjectKind = row.GetString(2),
        SubjectId = row.GetString(3),
        Role = row.GetString(4),
        ObjectKind = row.GetString(5),
        ObjectId = row.GetString(6),
        GrantedBy = row.GetString(7),
        GrantedAt = row.GetInt64(8),
        ExpiresAt = row.IsDBNull(9) ? null : row.GetInt64(9),
        SubjectName = row.IsDBNull(10) ? null : row.GetString(10),
    };
}
