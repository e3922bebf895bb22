using System.Data.Common;
using System.Text.Json;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Governance;

/// <summary>SQL of <c>gov_workflow</c>.</summary>
internal static class WorkflowStore
{
    private const string Columns = "name, version, is_removed, spec, sha256, source, set_by, set_at";

    private const string NewestSql = $"""
        select {Columns}
          from gov_workflow
         where tenant_id = @tenant
           and version = (
                   select max(version)
                     from gov_workflow newest
                    where newest.tenant_id = gov_workflow.tenant_id
                      and newest.name = gov_workflow.name)
         order by name
        """;

    private const string VersionsSql = $"""
        select {Columns}
          from gov_workflow
         where tenant_id = @tenant and name = @name
         order by version desc
        """;

    private const string InsertSql = """
        insert into gov_workflow (tenant_id, name, version, is_removed, spec, sha256, source, set_by, set_at)
        values (@tenant, @name, @version, @removed, @spec, @sha256, @source, @by, @at)
            on conflict (tenant_id, name, version) do nothing
        """;

    /// <summary>The newest version of each name, with whether it was taken away.</summary>
    public static async ValueTask<List<(ApprovalWorkflow Workflow, bool IsRemoved)>> NewestAsync(DbSession session, WorkspaceId workspace)
    {
        using var sql = session.Sql(NewestSql).Set("tenant", workspace.Value);
        return await sql.ListAsync(Read);
    }

    /// <summary>All versions of one name, newest first.</summary>
    public static async ValueTask<List<(ApprovalWorkflow Workflow, bool IsRemoved)>> VersionsAsync(DbSession session, WorkspaceId workspace, string name)
    {
        using var sql = session.Sql(VersionsSql).Set("tenant", workspace.Value).Set("name", name);
        return await sql.ListAsync(Read);
    }

    /// <summary>Writes a version; false when another was faster.</summary>
    public static async ValueTask<bool> InsertAsync(DbSession session, WorkspaceId workspace, ApprovalWorkflow workflow, bool isRemoved)
    {
        using var sql = session.Sql(InsertSql).Set("tenant", workspace.Value).Set("name", workflow.Name).Set("version", (long?)workflow.Version).Set("removed", (long?)(isRemoved ? 1 : 0))
            .Set("spec", JsonSerializer.Serialize(workflow.Spec!, OrreryJson.TypeOf<ApprovalWorkflowSpec>())).Set("sha256", workflow.Sha256).Set("source", workflow.Source ?? "")
            .Set("by", workflow.SetBy).Set("at", workflow.SetAt?.ToUnixTimeMilliseconds());
        return await sql.ExecuteAsync() == 1;
    }

    private static (ApprovalWorkflow Workflow, bool IsRemoved) Read(DbDataReader row) => (
        new()
        {
            Name = row.GetString(0),
            Version = (int)row.GetInt64(1),
            Spec = JsonSerializer.Deserialize(row.GetString(3), OrreryJson.TypeOf<ApprovalWorkflowSpec>()),
            Sha256 = row.GetString(4),
            Source = row.GetString(5),
            SetBy = row.GetString(6),
            SetAt = DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(7)),
        },
        row.GetInt64(2) != 0);
}
