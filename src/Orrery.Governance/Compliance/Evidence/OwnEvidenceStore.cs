using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Governance;

/// <summary>What governance's own tables hold of a period, in two statements.</summary>
internal static class OwnEvidenceStore
{
    private const string CountsSql = """
        select 'evaluations', count(*) from gov_evaluation where tenant_id = @tenant and state = 'succeeded' and finished_at >= @since and finished_at < @until
         union all
        select 'explanations', count(*) from gov_explanation where tenant_id = @tenant and state = 'succeeded' and finished_at >= @since and finished_at < @until
         union all
        select 'scans', count(*) from gov_scan where tenant_id = @tenant and created_at >= @since and created_at < @until
         union all
        select 'cards', count(*) from gov_card_snapshot where tenant_id = @tenant and created_at >= @since and created_at < @until
         union all
        select 'privacy_scans', count(*) from gov_pii_scan where tenant_id = @tenant and state = 'succeeded' and created_at >= @since and created_at < @until
         union all
        select 'opt_outs', count(*) from gov_opt_out where tenant_id = @tenant and created_at < @until
         union all
        select 'erasures', count(*) from gov_erasure where tenant_id = @tenant and state = 'succeeded' and created_at >= @since and created_at < @until
         union all
        select 'reports', count(*) from gov_compliance_report where tenant_id = @tenant and state = 'succeeded' and created_at >= @since and created_at < @until
        """;

    private const string NewestSql = """
        select fact, id, at, sha256, told from (select 'evaluations' as fact, evaluation_id as id, finished_at as at, result_sha256 as sha256, model || '/' || version as told from gov_evaluation
         where tenant_id = @tenant and state = 'succeeded' and finished_at >= @since and finished_at < @until order by evaluation_id desc limit @newest) evaluations
         union all
        select fact, id, at, sha256, told from (select 'explanations' as fact, explanation_id as id, finished_at as at, content_hash as sha256, model || '/' || cast(version as text) as told from gov_explanation
         where tenant_id = @tenant and state = 'succeeded' and finished_at >= @since and finished_at < @until order by explanation_id desc limit @newest) explanations
         union all
        select fact, id, at, sha256, told from (select 'scans' as fact, scan_id as id, created_at as at, sha256 as sha256, model || '/' || cast(version as text) as told from gov_scan
         where tenant_id = @tenant and created_at >= @since and created_at < @until order by scan_id desc limit @newest) scans
         union all
        select fact, id, at, sha256, told from (select 'cards' as fact, sha256 as id, created_at as at, sha256 as sha256, model_name || '/' || cast(version as text) as told from gov_card_snapshot
         where tenant_id = @tenant and created_at >= @since and created_at < @until order by created_at desc, sha256 limit @newest) cards
         union all
        select fact, id, at, sha256, told from (select 'privacy_scans' as fact, scan_id as id, created_at as at, null as sha256, null as told from gov_pii_scan
         where tenant_id = @tenant and state = 'succeeded' and created_at >= @since and created_at < @until order by scan_id desc limit @newest) privacy_scans
         union all
        select fact, id, at, sha256, told from (select 'opt_outs' as fact, substr(subject, 1, 32) as id, created_at as at, null as sha256, purpose as told from gov_opt_out
         where tenant_id = @tenant and created_at < @until order by created_at desc, subject limit @newest) opt_outs
         union all
        select fact, id, at, sha256, told from (select 'erasures' as fact, erasure_id as id, created_at as at, null as sha256, null as told from gov_erasure
         where tenant_id = @tenant and state = 'succeeded' and created_at >= @since and created_at < @until order by erasure_id desc limit @newest) erasures
         union all
        select fact, id, at, sha256, told from (select 'reports' as fact, report_id as id, created_at as at, null as sha256, framework as told from gov_compliance_report
         where tenant_id = @tenant and state = 'succeeded' and created_at >= @since and created_at < @until order by report_id desc limit @newest) reports
        """;

    /// <summary>Evidence by fact.</summary>
    public static async ValueTask<Dictionary<string, FoundEvidence>> ReadAsync(DbSession session, WorkspaceId workspace, long since, long until, int newest)
    {
        using var counts = session.Sql(CountsSql).Set("tenant", workspace.Value).Set("since", (long?)since).Set("until", (long?)until);
        var sums = await counts.ListAsync(static row => (Fact: row.GetString(0), Count: row.GetInt64(1)));
        using var sql = session.Sql(NewestSql).Set("tenant", workspace.Value).Set("since", (long?)since).Set("until", (long?)until).Set("newest", (long?)newest);
        var rows = await sql.ListAsync(static row => (Fact: row.GetString(0), Item: new EvidenceItem
        {
            Id = row.GetString(1),
            At = row.GetInt64(2),
            Sha256 = row.IsDBNull(3) ? null : row.GetString(3),
            Text = row.IsDBNull(4) ? null : row.GetString(4),
        }));
        var items = rows.ToLookup(static row => row.Fact, static row => Told(row.Fact, row.Item));
        return sums.ToDictionary(static sum => sum.Fact, sum => new FoundEvidence(sum.Count, [.. items[sum.Fact]]), StringComparer.Ordinal);
    }

    private static EvidenceItem Told(string fact, EvidenceItem item) => fact switch
    {
        "evaluations" => item with { Type = "evaluation", Query = "evaluations that succeeded in the period", Link = "/api/v1/evaluations/" + item.Id },
        "explanations" => item with { Type = "explanation", Query = "explanations that succeeded in the period", Link = "/api/v1/explanations/" + item.Id },
        "scans" => item with { Type = "scan", Query = "scans made in the period", Link = "/api/v1/scans/" + item.Id },
        "cards" => item with { Type = "model card snapshot", Query = "snapshots taken in the period", Link = CardLink(item) },
        "privacy_scans" => item with { Type = "scan for personal data", Query = "scans that succeeded in the period", Link = "/api/v1/privacy/scans/" + item.Id },
        "opt_outs" => item with { Type = "opt-out", Query = "opt-outs that stand, made before the period's end", Link = "/api/v1/privacy/opt-outs" },
        "erasures" => item with { Type = "erasure receipt", Query = "erasures that succeeded in the period", Link = "/api/v1/privacy/erasures/" + item.Id },
        _ => item with { Type = "compliance report", Query = "reports made in the period", Link = "/api/v1/compliance-reports/" + item.Id },
    };

    private static string? CardLink(EvidenceItem item) => item.Text?.LastIndexOf('/') is > 0 and var slash
        ? $"/api/v1/models/{Uri.EscapeDataString(item.Text[..slash])}/versions/{item.Text[(slash + 1)..]}/card/snapshots/{item.Id}"
        : null;
}
