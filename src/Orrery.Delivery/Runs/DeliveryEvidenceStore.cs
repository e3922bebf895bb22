using System.Text.Json;
using Orrery.Contracts;
using Orrery.Governance;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Delivery;

/// <summary>SQL of <see cref="DeliveryEvidence"/>; two statements however much there is.</summary>
internal static class DeliveryEvidenceStore
{
    /// <summary>The fact of the control map.</summary>
    public const string Runs = "deliveries.runs";

    private const int MostChanges = 200;

    private const string RunsSql = """
        select d.delivery_id, d.deployed_at, d.model, d.version, d.environment, d.state, d.plan, count(*) over () as total,
               (select count(*) from dlv_stage s where s.tenant_id = d.tenant_id and s.delivery_id = d.delivery_id and s.state = 'passed') as passed,
               (select count(*) from dlv_stage s where s.tenant_id = d.tenant_id and s.delivery_id = d.delivery_id and s.state = 'skipped') as skipped
          from dlv_delivery d
         where d.tenant_id = @tenant and d.deployed_at >= @since and d.deployed_at < @until
         order by d.deployed_at desc, d.delivery_id
         limit @newest
        """;

    // A delivery that was taken back is told once, when it was; one that was stopped or refused when it ended.
    private const string ChangesSql = """
        select at, state, model, version, environment, requested_by, delivery_id, stage, message
          from (
               select coalesce(rolled_back_at, ended_at) as at, state, model, version, environment, requested_by, delivery_id, stage, message
                 from dlv_delivery
                where tenant_id = @tenant and state in ('rolled_back', 'failed', 'rejected', 'cancelled')) ended
         where at >= @since and at < @until
         order by at desc, delivery_id
         limit @limit
        """;

    public static async ValueTask<ContributedEvidence> ReadAsync(DbSession session, WorkspaceId workspace, long since, long until, int newest)
    {
        using var runs = session.Sql(RunsSql).Set("tenant", workspace.Value).Set("since", (long?)since).Set("until", (long?)until).Set("newest", (long?)newest);
        var rows = await runs.ListAsync(static row => (Total: row.GetInt64(7), Item: new EvidenceItem
        {
            Type = "delivery",
            Id = row.GetString(0),
            At = row.GetInt64(1),
            Sha256 = JsonSerializer.Deserialize(row.GetString(6), DeliveryJson.Default.DeliveryPlan) is { ModelSha256.Length: > 0 } plan ? plan.ModelSha256 : null,
            Query = "deliveries that users had in the period",
            Link = "/api/v1/deliveries/" + row.GetString(0),
            Text = $"{row.GetString(2)}/{row.GetString(3)} to {row.GetString(4)}: {row.GetString(5)}; of {StageNames.All.Count} stages {row.GetInt64(8)} passed, {row.GetInt64(9)} skipped",
        }));
        using var changes = session.Sql(ChangesSql).Set("tenant", workspace.Value).Set("since", (long?)since).Set("until", (long?)until).Set("limit", (long?)MostChanges);
        return new()
        {
            Facts = rows.Count == 0
                ? new Dictionary<string, FoundEvidence>(StringComparer.Ordinal)
                : new Dictionary<string, FoundEvidence>(StringComparer.Ordinal) { [Runs] = new(rows[0].Total, [.. rows.Select(static row => row.Item)]) },
            Changes = await changes.ListAsync(static row => new ReportedChange
            {
                At = row.GetInt64(0),
                Action = "delivery." + row.GetString(1),
                ObjectId = $"{row.GetString(2)}/{row.GetString(3)} to {row.GetString(4)}",
                By = row.GetString(5),
                EntryId = row.GetString(6),
                Text = $"at stage {row.GetString(7)}{(row.IsDBNull(8) ? "" : ": " + row.GetString(8))}",
            }),
        };
    }
}
