using System.Text.Json;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Serving;

/// <summary>SQL of <c>srv_deployment</c> and <c>srv_revision</c>.</summary>
internal static class DeploymentStore
{
    private const string Columns = "tenant_id, environment, name, revision, is_removed, spec, created_by, created_at, updated_at";

    private const string FindSql = $"select {Columns} from srv_deployment where tenant_id = @tenant and environment = @environment and name = @name";

    private const string LockSql = FindSql + "\n {for update}";

    private const string ListSql = $"""
        select {Columns}
          from srv_deployment
         where tenant_id = @tenant
           and is_removed = 0
           and (environment > @environment or environment = @environment and name > @name)
           and (@model is null or replace(spec, @model, '') <> spec)
         order by environment, name
         limit @limit
        """;

    private const string ListOfSql = $"""
        select {Columns}
          from srv_deployment
         where tenant_id = @tenant
           and environment = @environment
           and is_removed = 0
           and name > @name
           and (@model is null or replace(spec, @model, '') <> spec)
         order by name
         limit @limit
        """;

    private const string StampsSql = "select tenant_id, environment, name, revision, is_removed from srv_deployment order by tenant_id, environment, name";

    private const string PutSql = """
        insert into srv_deployment (tenant_id, environment, name, revision, is_removed, spec, created_by, created_at, updated_at)
        values (@tenant, @environment, @name, @revision, @removed, @spec, @by, @at, @at)
            on conflict (tenant_id, environment, name) do update
               set revision = excluded.revision, is_removed = excluded.is_removed, spec = excluded.spec, created_by = excluded.created_by, updated_at = excluded.updated_at
        """;

    private const string AddRevisionSql = """
        insert into srv_revision (tenant_id, environment, name, revision, spec, created_by, created_at)
        values (@tenant, @environment, @name, @revision, @spec, @by, @at)
        """;

    private const string NameSql = """
        update srv_deployment
           set spec = @spec
         where tenant_id = @tenant and environment = @environment and name = @name and revision = @revision
        """;

    private const string NameRevisionSql = """
        update srv_revision
           set spec = @spec
         where tenant_id = @tenant and environment = @environment and name = @name and revision = @revision
        """;

    private const string EndRevisionSql =
        "update srv_revision set removed_at = @at where tenant_id = @tenant and environment = @environment and name = @name and revision = @revision";

    private const string FindRevisionSql = """
        select tenant_id, environment, name, revision, 0, spec, created_by, created_at, created_at
          from srv_revision
         where tenant_id = @tenant and environment = @environment and name = @name and revision = @revision
        """;

    private const string RevisionsSql = """
        select tenant_id, environment, name, revision, 0, spec, created_by, created_at, created_at
          from srv_revision
         where tenant_id = @tenant and environment = @environment and name = @name and revision < @before
         order by revision desc
         limit @limit
        """;

    private const string StoodSql = """
        select tenant_id, environment, name, revision, 0, spec, created_by, created_at, created_at
          from srv_revision
         where tenant_id = @tenant
           and (@only is null or environment = @only)
           and (environment > @environment or environment = @environment and name > @name)
           and created_at <= @at
           and (removed_at is null or removed_at > @at)
           and revision = (
                   select max(revision)
                     from srv_revision newest
                    where newest.tenant_id = srv_revision.tenant_id
                      and newest.environment = srv_revision.environment
                      and newest.name = srv_revision.name
                      and newest.created_at <= @at)
         order by environment, name
         limit @limit
        """;

    private const string AllRevisionsSql = """
        select tenant_id, environment, name, revision, 0, spec, created_by, created_at, created_at
          from srv_revision
         where tenant_id = @tenant
           and (environment > @environment or (environment = @environment and (name > @name or (name = @name and revision > @after))))
         order by environment, name, revision
         limit @limit
        """;

    private const string RevisionsThereSql = """
        select tenant_id, environment, name, revision, 0, spec, created_by, created_at, created_at
          from srv_revision
         where tenant_id = @tenant
           and environment = @environment
           and (name > @name or (name = @name and revision > @after))
           and (@model is null or replace(spec, @model, '') <> spec)
         order by name, revision
         limit @limit
        """;

    public static ValueTask<DeploymentRow?> FindAsync(DbSession session, DeploymentKey key) => FindAsync(session, FindSql, key);

    /// <summary>The deployment, held until the transaction ends.</summary>
    public static ValueTask<DeploymentRow?> LockAsync(DbSession session, DeploymentKey key) => FindAsync(session, LockSql, key);

    /// <summary>Deployments that stand, by environment and name; with a model, those whose documents have a text like its name: which of them have it, their variants tell.</summary>
    public static async ValueTask<List<DeploymentRow>> ListAsync(
        DbSession session, WorkspaceId workspace, string? environment, (string Environment, string Name) after, int limit, string? model = null)
    {
        using var sql = session.Sql(environment is null ? ListSql : ListOfSql).Set("tenant", workspace.Value)
            .Set("environment", environment ?? after.Environment).Set("name", after.Name).Set("model", Quoted(model)).Set("limit", (long?)limit);
        return await sql.ListAsync(static row => Read(row));
    }

    /// <summary>At which revision everything is, of all workspaces.</summary>
    public static async ValueTask<List<(DeploymentKey Key, long Revision, bool IsRemoved)>> StampsAsync(DbSession session)
    {
        using var sql = session.Sql(StampsSql);
        return await sql.ListAsync(static row => (new DeploymentKey(new(row.GetInt64(0)), row.GetString(1), row.GetString(2)), row.GetInt64(3), row.GetInt64(4) != 0));
    }

    /// <summary>Writes a deployment as it is to be.</summary>
    public static async ValueTask PutAsync(DbSession session, DeploymentRow row)
    {
        using var sql = Keyed(session, PutSql, row.Key).Set("revision", (long?)row.Revision).Set("removed", row.IsRemoved ? 1L : 0L)
            .Set("spec", Write(row.Spec)).Set("by", row.CreatedBy).Set("at", (long?)row.UpdatedAt);
        await sql.ExecuteAsync();
    }

    public static async ValueTask AddRevisionAsync(DbSession session, DeploymentRow row)
    {
        using var sql = Keyed(session, AddRevisionSql, row.Key).Set("revision", (long?)row.Revision).Set("spec", Write(row.Spec))
            .Set("by", row.CreatedBy).Set("at", (long?)row.UpdatedAt);
        await sql.ExecuteAsync();
    }

    /// <summary>Writes the approvals of a revision into its document, in what stands and in the history; the transaction holds it.</summary>
    public static async ValueTask NameApprovalsAsync(DbSession session, DeploymentRow row)
    {
        using (var sql = Keyed(session, NameSql, row.Key).Set("revision", (long?)row.Revision).Set("spec", Write(row.Spec)))
            await sql.ExecuteAsync();
        using var history = Keyed(session, NameRevisionSql, row.Key).Set("revision", (long?)row.Revision).Set("spec", Write(row.Spec));
        await history.ExecuteAsync();
    }

    /// <summary>Writes down when a deployment was removed, with the revision that stood until then.</summary>
    public static async ValueTask EndRevisionAsync(DbSession session, DeploymentKey key, long revision, long at)
    {
        using var sql = Keyed(session, EndRevisionSql, key).Set("revision", (long?)revision).Set("at", (long?)at);
        await sql.ExecuteAsync();
    }

    public static async ValueTask<DeploymentRow?> FindRevisionAsync(DbSession session, DeploymentKey key, long revision)
    {
        using var sql = Keyed(session, FindRevisionSql, key).Set("revision", (long?)revision);
        return await sql.FindAsync(static row => Read(row));
    }

    public static async ValueTask<List<DeploymentRow>> RevisionsAsync(DbSession session, DeploymentKey key, long before, int limit)
    {
        using var sql = Keyed(session, RevisionsSql, key).Set("before", (long?)before).Set("limit", (long?)limit);
        return await sql.ListAsync(static row => Read(row));
    }

    /// <summary>Revisions of all deployments of a workspace after one, those of removed ones among them.</summary>
    public static async ValueTask<List<DeploymentRow>> AllRevisionsAsync(DbSession session, WorkspaceId workspace, (string Environment, string Name, long Revision) after, int limit)
    {
        using var sql = Keyed(session, AllRevisionsSql, new(workspace, after.Environment, after.Name)).Set("after", (long?)after.Revision).Set("limit", (long?)limit);
        return await sql.ListAsync(static row => Read(row));
    }

    /// <summary>Revisions of all deployments of an environment after one, those of removed ones among them; with a model as for <see cref="ListAsync"/>.</summary>
    public static async ValueTask<List<DeploymentRow>> RevisionsThereAsync(
        DbSession session, WorkspaceId workspace, string environment, (string Name, long Revision) after, string? model, int limit)
    {
        using var sql = Keyed(session, RevisionsThereSql, new(workspace, environment, after.Name)).Set("after", (long?)after.Revision).Set("model", Quoted(model)).Set("limit", (long?)limit);
        return await sql.ListAsync(static row => Read(row));
    }

    /// <summary>Deployments as they stood at a time, by environment and name.</summary>
    public static async ValueTask<List<DeploymentRow>> StoodAsync(
        DbSession session, WorkspaceId workspace, string? environment, long at, (string Environment, string Name) after, int limit)
    {
        using var sql = Keyed(session, StoodSql, new(workspace, after.Environment, after.Name)).Set("only", environment).Set("at", (long?)at).Set("limit", (long?)limit);
        return await sql.ListAsync(static row => Read(row));
    }

    private static async ValueTask<DeploymentRow?> FindAsync(DbSession session, string text, DeploymentKey key)
    {
        using var sql = Keyed(session, text, key);
        return await sql.FindAsync(static row => Read(row));
    }

    private static DbStatement Keyed(DbSession session, string text, DeploymentKey key) =>
        session.Sql(text).Set("tenant", key.Workspace.Value).Set("environment", key.Environment).Set("name", key.Name);

    // As documents write it.
    private static string? Quoted(string? model) => model is null ? null : $"\"{JsonEncodedText.Encode(model)}\"";

    private static string Write(DeploymentSpec spec) => JsonSerializer.Serialize(spec, OrreryJson.TypeOf<DeploymentSpec>());

    private static DeploymentRow Read(System.Data.Common.DbDataReader row) => new(
        new(new(row.GetInt64(0)), row.GetString(1), row.GetString(2)), row.GetInt64(3), row.GetInt64(4) != 0,
        JsonSerializer.Deserialize(row.GetString(5), OrreryJson.TypeOf<DeploymentSpec>())!, row.GetString(6), row.GetInt64(7), row.GetInt64(8));
}
