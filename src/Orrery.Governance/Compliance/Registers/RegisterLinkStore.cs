using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Governance;

/// <summary>What requests of data subjects lead to: which of some erasures, opt-outs and explanations are there.</summary>
internal static class RegisterLinkStore
{
    private const string ErasuresSql = "select erasure_id from gov_erasure where tenant_id = @tenant and subject = @subject and erasure_id {in ids}";

    private const string OptOutsSql = "select purpose from gov_opt_out where tenant_id = @tenant and subject = @subject and purpose {in ids}";

    private const string ExplanationsSql = "select explanation_id from gov_explanation where tenant_id = @tenant and explanation_id {in ids}";

    public static ValueTask<List<string>> ErasuresAsync(DbSession session, WorkspaceId workspace, string subject, IReadOnlyCollection<string> ids) => OfSubjectAsync(session, ErasuresSql, workspace, subject, ids);

    public static ValueTask<List<string>> OptOutsAsync(DbSession session, WorkspaceId workspace, string subject, IReadOnlyCollection<string> purposes) =>
        OfSubjectAsync(session, OptOutsSql, workspace, subject, purposes);

    public static async ValueTask<List<string>> ExplanationsAsync(DbSession session, WorkspaceId workspace, IReadOnlyCollection<string> ids)
    {
        using var sql = session.Sql(ExplanationsSql).Set("tenant", workspace.Value).SetList("ids", ids);
        return await sql.ListAsync(static row => row.GetString(0));
    }

    private static async ValueTask<List<string>> OfSubjectAsync(DbSession session, string text, WorkspaceId workspace, string subject, IReadOnlyCollection<string> ids)
    {
        using var sql = session.Sql(text).Set("tenant", workspace.Value).Set("subject", subject).SetList("ids", ids);
        return await sql.ListAsync(static row => row.GetString(0));
    }
}
