using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Governance;

/// <summary>SQL of what was approved before.</summary>
internal static class ApprovalHistoryStore
{
    private const string WasApprovedSql = """
        select 1
          from gov_approval
         where tenant_id = @tenant and environment = @environment and token is not null and model {in models}
         limit 1
        """;

    public static async ValueTask<bool> WasApprovedAsync(DbSession session, WorkspaceId workspace, string environment, IReadOnlySet<string> models)
    {
        using var sql = session.Sql(WasApprovedSql).Set("tenant", workspace.Value).Set("environment", environment).SetList("models", [.. models]);
        return await sql.LongAsync() is not null;
    }
}
