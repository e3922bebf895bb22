using System.Data.Common;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Delivery;

/// <summary>SQL of <c>dlv_release</c>.</summary>
internal static class ReleaseStore
{
    private const string Columns =
        "environment, name, delivery_id, model, version, sha256, percent, state, manifest, before, approval_id, revision, previous, link, created_at, updated_at";

    private const string PutSql = $"""
        insert into dlv_release (tenant_id, {Columns})
        values (@tenant, @environment, @name, @delivery, @model, @version, @sha256, @percent, @state, @manifest, @before, @approval, @revision, @previous, @link, @created, @updated)
            on conflict (tenant_id, environment, name, delivery_id) do update
           set percent = excluded.percent, state = excluded.state, manifest = excluded.manifest, revision = excluded.revision, link = excluded.link, updated_at = excluded.updated_at
        """;

    private const string FindSql = $"""
        select {Columns}
          from dlv_release
         where tenant_id = @tenant and environment = @environment and name = @name and delivery_id = @delivery
        """;

    private const string LatestSql = $"""
        select {Columns}
          from dlv_release
         where tenant_id = @tenant and environment = @environment and state <> 'rolled_back'
         order by name, created_at desc, delivery_id desc
        """;

    private const string UsesSql = """
        select distinct name, approval_id, model, version, percent
          from dlv_release
         where tenant_id = @tenant and environment = @environment and approval_id in (@first, @second) and state <> 'rolled_back'
         order by name, approval_id, model, version, percent
        """;

    public static async ValueTask PutAsync(DbSession session, WorkspaceId workspace, ReleaseRow row)
    {
        using var sql = session.Sql(PutSql).Set("tenant", workspace.Value).Set("environment", row.Environment).Set("name", row.Name).Set("delivery", row.DeliveryId)
            .Set("model", row.Model).Set("version", row.Version).Set("sha256", row.Sha256).Set("percent", (long?)row.Percent).Set("state", row.State).Set("manifest", row.Manifest)
            .Set("before", row.Before).Set("approval", row.ApprovalId).Set("revision", row.Revision).Set("previous", row.Previous).Set("link", row.Link)
            .Set("created", (long?)row.CreatedAt).Set("updated", (long?)row.UpdatedAt);
        await sql.ExecuteAsync();
    }

    public static async ValueTask<ReleaseRow?> FindAsync(DbSession session, WorkspaceId workspace, string environment, string name, string delivery)
    {
        using var sql = session.Sql(FindSql).Set("tenant", workspace.Value).Set("environment", environment).Set("name", name).Set("delivery", delivery);
        return await sql.FindAsync(Read);
    }

    /// <summary>What was brought to an environment and not taken back, the newest of each name first.</summary>
    public static async ValueTask<List<ReleaseRow>> StandingAsync(DbSession session, WorkspaceId workspace, string environment)
    {
        using var sql = session.Sql(LatestSql).Set("tenant", workspace.Value).Set("environment", environment);
        return await sql.ListAsync(Read);
    }

    /// <summary>What deliveries that were not taken back have used one of two approvals for.</summary>
    public static async ValueTask<List<ApprovalUse>> UsesAsync(DbSession session, WorkspaceId workspace, string environment, string first, string second)
    {
        using var sql = session.Sql(UsesSql).Set("tenant", workspace.Value).Set("environment", environment).Set("first", first).Set("second", second);
        return await sql.ListAsync(static row => new ApprovalUse(row.GetString(0), row.GetString(1), row.GetString(2), row.GetString(3), (int)row.GetInt64(4)));
    }

    private static ReleaseRow Read(DbDataReader row) => new()
    {
        Environment = row.GetString(0),
        Name = row.GetString(1),
        DeliveryId = row.GetString(2),
        Model = row.GetString(3),
        Version = row.GetString(4),
        Sha256 = row.GetString(5),
        Percent = (int)row.GetInt64(6),
        State = row.GetString(7),
        Manifest = row.GetString(8),
        Before = Text(row, 9),
        ApprovalId = Text(row, 10),
        Revision = Text(row, 11),
        Previous = Text(row, 12),
        Link = Text(row, 13),
        CreatedAt = row.GetInt64(14),
        UpdatedAt = row.GetInt64(15),
    };

    private static string? Text(DbDataReader row, int at) => row.IsDBNull(at) ? null : row.GetString(at);
}
