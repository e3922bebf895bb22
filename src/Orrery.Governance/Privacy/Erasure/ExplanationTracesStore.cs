using System.Text.Json;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Governance;

/// <summary>SQL that finds the explanations which keep rows of what they were made of.</summary>
internal static class ExplanationTracesStore
{
    private const string ListSql = """
        select explanation_id, spec
          from gov_explanation
         where tenant_id = @tenant and background is not null
         order by explanation_id
        """;

    public static async ValueTask<List<(string Id, EvaluationData Data)>> ListAsync(DbSession session, WorkspaceId workspace)
    {
        using var sql = session.Sql(ListSql).Set("tenant", workspace.Value);
        return await sql.ListAsync(static row => (row.GetString(0), JsonSerializer.Deserialize(row.GetString(1), OrreryJson.TypeOf<ExplanationSpec>())!.Data));
    }
}
