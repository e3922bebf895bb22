using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Governance;

/// <summary>SQL of <see cref="ApprovalEvidenceSource"/>; four statements however much there is.</summary>
internal static class ApprovalEvidenceStore
{
    private const int MostModels = 10_000;
    private const int MostChanges = 200;

    // A waiver is not a decision of the usual approvers. One who asked is not one who approved: the ids of who did stand between spaces.
    private const string Found = """
        select 'approvals.decisions' as fact, a.approval_id as id, a.created_at as at, a.kind || ' of ' || a.model || '/' || a.version || ' for ' || a.environment || ': ' || a.state as told
          from gov_approval a
         where a.tenant_id = @tenant and a.created_at >= @since and a.created_at < @until and a.kind <> 'waiver' and a.state not in ('pending', 'withdrawn')
         union all
        select 'approvals.separated', a.approval_id, min(d.decided_at), a.model || '/' || a.version || ' for ' || a.environment
          from gov_approval a
          join gov_approval_decision d on d.tenant_id = a.tenant_id and d.approval_id = a.approval_id
         where a.tenant_id = @tenant and d.decision = 'approve' and d.decided_at >= @since and d.decided_at < @until
           and replace(' ' || a.requester_id || ' ', ' ' || d.principal_id || ' ', '') = ' ' || a.requester_id || ' '
         group by a.tenant_id, a.approval_id, a.model, a.version, a.environment
         union all
        select 'approvals.waivers', a.approval_id, a.created_at, a.model || '/' || a.version || ' for ' || a.environment || ': ' || a.state
          from gov_approval a
         where a.tenant_id = @tenant and a.created_at >= @since and a.created_at < @until and a.kind = 'waiver'
         union all
        select 'approvals.reviews', r.review_id, r.completed_at, r.kind || ' of ' || r.model || '/' || r.version
          from gov_approval_review r
         where r.tenant_id = @tenant and r.state = 'done' and r.completed_at >= @since and r.completed_at < @until
        """;

    private const string NewestSql = $"""
        select fact, id, at, told, total
          from (
               select fact, id, at, told, count(*) over (partition by fact) as total, row_number() over (partition by fact order by at desc, id) as place
                 from ({Found}) found) ranked
         where place <= @newest
         order by fact, place
        """;

    private const string ModelsSql = """
        select model, version, environment, kind, created_at
          from (
               select model, version, environment, kind, created_at, row_number() over (partition by model order by created_at desc, approval_id desc) as place
                 from gov_approval
                where tenant_id = @tenant and state = 'approved' and created_at < @until) newest
         where place = 1
         order by model
         limit @limit
        """;

    private const string ChangesSql = """
        select d.decided_at, d.decision, a.model, a.version, a.environment, d.principal_id, a.approval_id, d.seat
          from gov_approval_decision d
          join gov_approval a on a.tenant_id = d.tenant_id and a.approval_id = d.approval_id
         where d.tenant_id = @tenant and d.decided_at >= @since and d.decided_at < @until
         order by d.decided_at desc, d.approval_id, d.seat
         limit @limit
        """;

    public static async ValueTask<ContributedEvidence> ReadAsync(DbSession session, WorkspaceId workspace, long since, long until, int newest)
    {
        using var sql = session.Sql(NewestSql).Set("tenant", workspace.Value).Set("since", (long?)since).Set("until", (long?)until).Set("newest", (long?)newest);
        var rows = await sql.ListAsync(static row => (Fact: row.GetString(0), Total: row.GetInt64(4), Item: new EvidenceItem
        {
            Type = row.GetString(0) == "approvals.reviews" ? "review after approval" : "approval",
            Id = row.GetString(1),
            At = row.GetInt64(2),
            Query = $"{row.GetString(0)[10..]} of approvals in the period",
            Link = row.GetString(0) == "approvals.reviews" ? null : "/api/v1/approvals/" + row.GetString(1),
            Text = row.GetString(3),
        }));
        using var models = session.Sql(ModelsSql).Set("tenant", workspace.Value).Set("until", (long?)until).Set("limit", (long?)MostModels);
        var approved = await models.ListAsync(static row => (Model: row.GetString(0), Text: $"{row.GetString(3)}: version {row.GetString(1)} for {row.GetString(2)}"));
        using var changes = session.Sql(ChangesSql).Set("tenant", workspace.Value).Set("since", (long?)since).Set("until", (long?)until).Set("limit", (long?)MostChanges);
        return new()
        {
            Facts = rows.GroupBy(static row => row.Fact).ToDictionary(static group => group.Key, static group => new FoundEvidence(group.First().Total, [.. group.Select(static row => row.Item)]), StringComparer.Ordinal),
            Approvals = approved.ToDictionary(static one => one.Model, static one => one.Text, StringComparer.Ordinal),
            Changes = await changes.ListAsync(static row => new ReportedChange
            {
                At = row.GetInt64(0),
                Action = "approval." + row.GetString(1),
                ObjectId = $"{row.GetString(2)}/{row.GetString(3)} for {row.GetString(4)}",
                By = row.GetString(5),
                EntryId = row.GetString(6),
                Text = "seat " + row.GetString(7),
            }),
        };
    }
}
