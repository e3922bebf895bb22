using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Governance;

/// <summary>Who has decided in an approval.</summary>
/// <param name="Seat">Which seat they filled.</param>
/// <param name="PrincipalId">Who decided.</param>
/// <param name="VoiceId">Whose role it was.</param>
internal sealed record SeatTaken(string Seat, string PrincipalId, string VoiceId);

/// <summary>SQL of <c>gov_approval_decision</c>. The database itself keeps one person from two seats.</summary>
internal static class ApprovalDecisionStore
{
    private const string ListSql = """
        select seat, principal_id, voice_id
          from gov_approval_decision
         where tenant_id = @tenant and approval_id = @id
         order by seat
        """;

    private const string ListManySql = """
        select seat, principal_id, voice_id, approval_id
          from gov_approval_decision
         where tenant_id = @tenant and approval_id {in approvals}
         order by approval_id, seat
        """;

    private const string InsertSql = """
        insert into gov_approval_decision (tenant_id, approval_id, seat, principal_id, voice_id, decision, decided_at)
        values (@tenant, @id, @seat, @principal, @voice, @decision, @at)
        """;

    public static async ValueTask<List<SeatTaken>> ListAsync(DbSession session, WorkspaceId workspace, string approval)
    {
        using var sql = session.Sql(ListSql).Set("tenant", workspace.Value).Set("id", approval);
        return await sql.ListAsync(static row => new SeatTaken(row.GetString(0), row.GetString(1), row.GetString(2)));
    }

    /// <summary>Those of several approvals.</summary>
    public static async ValueTask<ILookup<string, SeatTaken>> ListAsync(DbSession session, WorkspaceId workspace, IReadOnlyCollection<string> approvals)
    {
        using var sql = session.Sql(ListManySql).Set("tenant", workspace.Value).SetList("approvals", approvals);
        return (await sql.ListAsync(static row => (Approval: row.GetString(3), Taken: new SeatTaken(row.GetString(0), row.GetString(1), row.GetString(2)))))
            .ToLookup(static one => one.Approval, static one => one.Taken, StringComparer.Ordinal);
    }

    public static async ValueTask InsertAsync(DbSession session, WorkspaceId workspace, string approval, SeatTaken taken, string decision, long at)
    {
        using var sql = session.Sql(InsertSql).Set("tenant", workspace.Value).Set("id", approval).Set("seat", taken.Seat).Set("principal", taken.PrincipalId)
            .Set("voice", taken.VoiceId).Set("decision", decision).Set("at", (long?)at);
        await sql.ExecuteAsync();
    }
}
