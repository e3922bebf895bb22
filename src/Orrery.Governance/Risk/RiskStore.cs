using System.Data.Common;
using System.Text.Json;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Governance;

/// <summary>SQL of <c>gov_risk_answers</c> and <c>gov_risk_assessment</c>.</summary>
internal static class RiskStore
{
    private const string StandingAnswersSql = """
        select model_id, version, sequence, questionnaire, answers, note, set_by, set_at
          from gov_risk_answers given
         where tenant_id = @tenant
           and model_id = @model
           and version in (0, @version)
           and sequence = (
                   select max(sequence)
                     from gov_risk_answers newest
                    where newest.tenant_id = given.tenant_id
                      and newest.model_id = given.model_id
                      and newest.version = given.version)
         order by version
        """;

    private const string AnswersSql = """
        select model_id, version, sequence, questionnaire, answers, note, set_by, set_at
          from gov_risk_answers
         where tenant_id = @tenant
           and model_id = @model
           and version = @version
           and sequence < @before
         order by sequence desc
         limit @limit
        """;

    private const string AddAnswersSql = """
        insert into gov_risk_answers (tenant_id, model_id, version, sequence, questionnaire, answers, note, set_by, set_at)
        values (@tenant, @model, @version, @sequence, @questionnaire, @answers, @note, @by, @at)
            on conflict (tenant_id, model_id, version, sequence) do nothing
        """;

    private const string AssessmentsSql = """
        select model_id, version, environment, sequence, body
          from gov_risk_assessment
         where tenant_id = @tenant
           and model_id = @model
           and version = @version
           and environment = @environment
           and sequence < @before
         order by sequence desc
         limit @limit
        """;

    private const string AddAssessmentSql = """
        insert into gov_risk_assessment (tenant_id, model_id, version, environment, sequence, model, sha256, score, tier, body, made_by, made_at)
        values (@tenant, @model, @version, @environment, @sequence, @name, @sha256, @score, @tier, @body, @by, @at)
            on conflict (tenant_id, model_id, version, environment, sequence) do nothing
        """;

    private const string StandingSql = """
        select s.model_id, s.version, s.environment, s.model, coalesce(a.approvals, 0)
          from (
                select model_id, version, environment, max(model) as model
                  from gov_risk_assessment
                 where tenant_id = @tenant
                   and (@model is null or model_id = @model)
                   and (model_id > @after_model
                        or (model_id = @after_model and (version > @after_version or (version = @after_version and environment > @after_environment))))
                 group by model_id, version, environment
                 order by model_id, version, environment
                 limit @limit) s
          left join (
                select model_id, version, environment, count(*) as approvals
                  from gov_approval
                 where tenant_id = @tenant
                   and state in ('pending', 'approved')
                   and (@model is null or model_id = @model)
                 group by model_id, version, environment) a
            on a.model_id = s.model_id and a.version = cast(s.version as varchar(20)) and a.environment = s.environment
         order by s.model_id, s.version, s.environment
        """;

    private const string RenameSql = "update gov_risk_assessment set model = @name where tenant_id = @tenant and model_id = @model";

    /// <summary>The answers that stand about a model (first) and a version of it.</summary>
    public static async ValueTask<List<RiskAnswersRow>> StandingAnswersAsync(DbSession session, WorkspaceId workspace, string model, long version)
    {
        using var sql = session.Sql(StandingAnswersSql).Set("tenant", workspace.Value).Set("model", model).Set("version", (long?)version);
        return await sql.ListAsync(ReadAnswers);
    }

    /// <summary>Answers as they were, newest first.</summary>
    public static async ValueTask<List<RiskAnswersRow>> AnswersAsync(DbSession session, WorkspaceId workspace, string model, long version, long before, int limit)
    {
        using var sql = session.Sql(AnswersSql).Set("tenant", workspace.Value).Set("model", model).Set("version", (long?)version).Set("before", (long?)before).Set("limit", (long?)limit);
        return await sql.ListAsync(ReadAnswers);
    }

    /// <summary>Adds answers; false when somebody else was faster with the same number.</summary>
    public static async ValueTask<bool> AddAsync(DbSession session, WorkspaceId workspace, RiskAnswersRow row)
    {
        using var sql = session.Sql(AddAnswersSql).Set("tenant", workspace.Value).Set("model", row.ModelId).Set("version", (long?)row.Version).Set("sequence", (long?)row.Sequence)
            .Set("questionnaire", row.Questionnaire).Set("answers", RiskJson.Write(row.Answers)).Set("note", row.Note).Set("by", row.SetBy).Set("at", (long?)row.SetAt);
        return await sql.ExecuteAsync() > 0;
    }

    /// <summary>Assessments of a version in an environment, newest first.</summary>
    public static async ValueTask<List<RiskAssessmentRow>> AssessmentsAsync(DbSession session, WorkspaceId workspace, string model, long version, string environment, long before, int limit)
    {
        using var sql = session.Sql(AssessmentsSql).Set("tenant", workspace.Value).Set("model", model).Set("version", (long?)version).Set("environment", environment)
            .Set("before", (long?)before).Set("limit", (long?)limit);
        return await sql.ListAsync(static row => new RiskAssessmentRow(row.GetString(0), row.GetInt64(1), row.GetString(2), row.GetInt64(3), ReadAssessment(row.GetString(4))));
    }

    /// <summary>Adds an assessment; false when somebody else was faster with the same number.</summary>
    public static async ValueTask<bool> AddAsync(DbSession session, Actor actor, RiskAssessmentRow row)
    {
        var made = row.Assessment;
        using var sql = session.Sql(AddAssessmentSql).Set("tenant", actor.Workspace.Value).Set("model", row.ModelId).Set("version", (long?)row.Version).Set("environment", row.Environment)
            .Set("sequence", (long?)row.Sequence).Set("name", made.Model).Set("sha256", made.Sha256).Set("score", (long?)made.Score).Set("tier", made.Tier)
            .Set("body", JsonSerializer.Serialize(made, OrreryJson.TypeOf<RiskAssessment>())).Set("by", actor.Name).Set("at", (long?)made.At.ToUnixTimeMilliseconds());
        return await sql.ExecuteAsync() > 0;
    }

    /// <summary>What has been assessed, of one model or all, by model, version and environment; with how many approvals are asked for or stand.</summary>
    public static async ValueTask<List<AssessedVersion>> StandingAsync(
        DbSession session, WorkspaceId workspace, string? model, (string ModelId, long Version, string Environment) after, int limit)
    {
        using var sql = session.Sql(StandingSql).Set("tenant", workspace.Value).Set("model", model).Set("after_model", after.ModelId).Set("after_version", (long?)after.Version)
            .Set("after_environment", after.Environment).Set("limit", (long?)limit);
        return await sql.ListAsync(static row => new AssessedVersion(row.GetString(0), row.GetInt64(1), row.GetString(2), row.GetString(3), row.GetInt64(4)));
    }

    /// <summary>Has what was assessed bear a model's new name.</summary>
    public static async ValueTask RenameAsync(DbSession session, WorkspaceId workspace, string model, string name)
    {
        using var sql = session.Sql(RenameSql).Set("tenant", workspace.Value).Set("model", model).Set("name", name);
        await sql.ExecuteAsync();
    }

    private static RiskAnswersRow ReadAnswers(DbDataReader row) => new(
        row.GetString(0), row.GetInt64(1), row.GetInt64(2), row.GetString(3), RiskJson.ReadAnswers(row.GetString(4)), row.IsDBNull(5) ? null : row.GetString(5), row.GetString(6), row.GetInt64(7));

    private static RiskAssessment ReadAssessment(string body) => JsonSerializer.Deserialize(body, OrreryJson.TypeOf<RiskAssessment>())!;
}

/// <summary>A version that was assessed for an environment.</summary>
/// <param name="ModelId">Of the model.</param>
/// <param name="Version">Its number.</param>
/// <param name="Environment">Where.</param>
/// <param name="Model">The model's name.</param>
/// <param name="Approvals">Of it for there, asked for or standing.</param>
internal sealed record AssessedVersion(string ModelId, long Version, string Environment, string Model, long Approvals);
