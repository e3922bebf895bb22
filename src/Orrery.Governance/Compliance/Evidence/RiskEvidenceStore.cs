using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Governance;

/// <summary>SQL of <see cref="RiskEvidenceSource"/>; four statements however much there is.</summary>
internal static class RiskEvidenceStore
{
    private const int MostModels = 10_000;

    private const string CountsSql = """
        select 'risk.answers', count(*) from gov_risk_answers where tenant_id = @tenant and set_at < @until
         union all
        select 'risk.assessments', count(*) from gov_risk_assessment where tenant_id = @tenant and made_at >= @since and made_at < @until
         union all
        select 'risk.changes', count(*) from gov_risk_assessment where tenant_id = @tenant and made_at >= @since and made_at < @until and sequence > 1
        """;

    private const string AnswersSql = """
        select a.model_id, a.version, a.sequence, a.set_at, a.set_by, a.questionnaire
          from gov_risk_answers a
         where a.tenant_id = @tenant and a.set_at < @until
         order by a.set_at desc, a.model_id, a.version, a.sequence
         limit @newest
        """;

    private const string AssessmentsSql = """
        select model, version, environment, sequence, sha256, score, tier, made_at
          from gov_risk_assessment
         where tenant_id = @tenant and made_at >= @since and made_at < @until and sequence >= @least
         order by made_at desc, model, version, environment, sequence desc
         limit @newest
        """;

    // The assessment that stands of each version and environment; of a model the one with the highest score.
    private const string TiersSql = """
        select model, tier
          from (
               select model, tier, row_number() over (partition by model order by score desc, made_at desc) as place
                 from (
                      select model, tier, score, made_at, row_number() over (partition by model_id, version, environment order by sequence desc) as age
                        from gov_risk_assessment
                       where tenant_id = @tenant and made_at < @until) newest
                where age = 1) highest
         where place = 1
         order by model
         limit @limit
        """;

    public static async ValueTask<ContributedEvidence> ReadAsync(DbSession session, WorkspaceId workspace, long since, long until, int newest)
    {
        using var counts = session.Sql(CountsSql).Set("tenant", workspace.Value).Set("since", (long?)since).Set("until", (long?)until);
        var sums = (await counts.ListAsync(static row => (Fact: row.GetString(0), Count: row.GetInt64(1)))).ToDictionary(static one => one.Fact, static one => one.Count, StringComparer.Ordinal);
        using var answers = session.Sql(AnswersSql).Set("tenant", workspace.Value).Set("until", (long?)until).Set("newest", (long?)newest);
        var answered = await answers.ListAsync(static row => new EvidenceItem
        {
            Type = "risk answers",
            Id = FormattableString.Invariant($"{row.GetString(0)}/{row.GetInt64(1)}/{row.GetInt64(2)}"),
            At = row.GetInt64(3),
            Query = "answers that stand, given before the period's end",
            Text = $"by {row.GetString(4)}, questionnaire {row.GetString(5)}",
        });
        using var tiers = session.Sql(TiersSql).Set("tenant", workspace.Value).Set("until", (long?)until).Set("limit", (long?)MostModels);
        var known = await tiers.ListAsync(static row => (Model: row.GetString(0), Tier: row.GetString(1)));
        return new()
        {
            Facts = new Dictionary<string, FoundEvidence>
            {
                ["risk.answers"] = new(sums["risk.answers"], answered),
                ["risk.assessments"] = new(sums["risk.assessments"], await AssessmentsAsync(session, workspace, since, until, newest, least: 1)),
                ["risk.changes"] = new(sums["risk.changes"], await AssessmentsAsync(session, workspace, since, until, newest, least: 2)),
            },
            Tiers = known.ToDictionary(static one => one.Model, static one => one.Tier, StringComparer.Ordinal),
        };
    }

    private static async ValueTask<List<EvidenceItem>> AssessmentsAsync(DbSession session, WorkspaceId workspace, long since, long until, int newest, long least)
    {
        using var sql = session.Sql(AssessmentsSql).Set("tenant", workspace.Value).Set("since", (long?)since).Set("until", (long?)until).Set("least", (long?)least).Set("newest", (long?)newest);
        return await sql.ListAsync(static row => new EvidenceItem
        {
            Type = "risk assessment",
            Id = FormattableString.Invariant($"{row.GetString(0)}/{row.GetInt64(1)}/{row.GetString(2)}/{row.GetInt64(3)}"),
            At = row.GetInt64(7),
            Sha256 = row.GetString(4),
            Query = "assessments made in the period",
            Text = FormattableString.Invariant($"score {row.GetInt64(5)}, tier {row.GetString(6)}"),
        });
    }
}
