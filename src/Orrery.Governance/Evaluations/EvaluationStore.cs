using System.Data.Common;
using System.Text.Json;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Governance;

/// <summary>SQL of <c>gov_evaluation</c>.</summary>
internal static class EvaluationStore
{
    private const string Columns = """
        tenant_id, evaluation_id, state, spec, sees_small, model_sha256, data_sha256, result_sha256, passed, error_code, error, job_id, created_by, created_at, finished_at
        """;

    private const string InsertSql = """
        insert into gov_evaluation (tenant_id, evaluation_id, model, version, state, spec, sees_small, model_sha256, job_id, created_by, created_at)
        values (@tenant, @id, @model, @version, 'queued', @spec, @small, @sha256, @job, @by, @at)
        """;

    private const string FindSql = $"select {Columns}, result from gov_evaluation where tenant_id = @tenant and evaluation_id = @id";

    private const string ListSql = $"""
        select {Columns}, null
          from gov_evaluation
         where tenant_id = @tenant and evaluation_id < @before
           and (@model is null or model = @model)
           and (@version is null or version = @version)
         order by evaluation_id desc
         limit @limit
        """;

    private const string SucceededSql = $"""
        select {Columns}, result
          from gov_evaluation
         where tenant_id = @tenant and model = @model and version = @version and evaluation_id < @before
           and state = 'succeeded' and model_sha256 = @sha256 and finished_at >= @since
         order by evaluation_id desc
         limit 1
        """;

    private const string SucceedSql = """
        update gov_evaluation
           set state = 'succeeded', data_sha256 = @data, result = @result, result_sha256 = @sha256, passed = @passed, finished_at = @now
         where tenant_id = @tenant and evaluation_id = @id and state = 'queued'
        """;

    private const string EndSql = """
        update gov_evaluation
           set state = @state, error_code = @code, error = @error, finished_at = @now
         where tenant_id = @tenant and evaluation_id = @id and state = 'queued'
        """;

    public static async ValueTask InsertAsync(DbSession session, EvaluationRow row)
    {
        using var sql = Keyed(session, InsertSql, row.Workspace, row.Id).Set("model", row.Spec.Model).Set("version", row.Spec.Version)
            .Set("spec", JsonSerializer.Serialize(row.Spec, OrreryJson.TypeOf<EvaluationSpec>())).Set("small", (long?)(row.SeesSmall ? 1 : 0)).Set("sha256", row.ModelSha256)
            .Set("job", row.JobId).Set("by", row.CreatedBy).Set("at", (long?)row.CreatedAt);
        await sql.ExecuteAsync();
    }

    /// <summary>With its result.</summary>
    public static async ValueTask<EvaluationRow?> FindAsync(DbSession session, WorkspaceId workspace, string id)
    {
        using var sql = Keyed(session, FindSql, workspace, id);
        return await sql.FindAsync(Read);
    }

    /// <summary>Newest first, before an id; without results.</summary>
    public static async ValueTask<List<EvaluationRow>> ListAsync(DbSession session, WorkspaceId workspace, string? model, string? version, string before, int limit)
    {
        using var sql = session.Sql(ListSql).Set("tenant", workspace.Value).Set("before", before).Set("model", model).Set("version", version).Set("limit", (long?)limit);
        return await sql.ListAsync(Read);
    }

    /// <summary>The newest that has succeeded before an id, of these very files of a version and not older than a time; with its result.</summary>
    public static async ValueTask<EvaluationRow?> SucceededAsync(DbSession session, WorkspaceId workspace, string model, string version, string sha256, long since, string before)
    {
        using var sql = session.Sql(SucceededSql).Set("tenant", workspace.Value).Set("model", model).Set("version", version).Set("sha256", sha256).Set("since", (long?)since).Set("before", before);
        return await sql.FindAsync(Read);
    }

    /// <summary>Keeps the result; false when it has ended already.</summary>
    public static async ValueTask<bool> SucceedAsync(DbSession session, EvaluationRow row, string dataSha256, string result, string resultSha256, bool? passed, long now)
    {
        using var sql = Keyed(session, SucceedSql, row.Workspace, row.Id).Set("data", dataSha256).Set("result", result).Set("sha256", resultSha256)
            .Set("passed", passed is { } all ? (long?)(all ? 1 : 0) : null).Set("now", (long?)now);
        return await sql.ExecuteAsync() == 1;
    }

    /// <summary>Ends it without a result; false when it has ended already.</summary>
    public static async ValueTask<bool> EndAsync(DbSession session, EvaluationRow row, string state, Failure? failure, long now)
    {
        using var sql = Keyed(session, EndSql, row.Workspace, row.Id).Set("state", state).Set("code", failure?.Code).Set("error", failure?.Message).Set("now", (long?)now);
        return await sql.ExecuteAsync() == 1;
    }

    private static DbStatement Keyed(DbSession session, string text, WorkspaceId workspace, string id) => session.Sql(text).Set("tenant", workspace.Value).Set("id", id);

    private static EvaluationRow Read(DbDataReader row) => new()
    {
        Workspace = new(row.GetInt64(0)),
        Id = row.GetString(1),
        State = row.GetString(2),
        Spec = JsonSerializer.Deserialize(row.GetString(3), OrreryJson.TypeOf<EvaluationSpec>())!,
        SeesSmall = row.GetInt64(4) == 1,
        ModelSha256 = row.GetString(5),
        DataSha256 = Text(row, 6),
        ResultSha256 = Text(row, 7),
        Passed = row.IsDBNull(8) ? null : row.GetInt64(8) == 1,
        ErrorCode = Text(row, 9),
        Error = Text(row, 10),
        JobId = row.GetString(11),
        CreatedBy = row.GetString(12),
        CreatedAt = row.GetInt64(13),
        FinishedAt = row.IsDBNull(14) ? null : row.GetInt64(14),
        Result = Text(row, 15),
    };

    private static string? Text(DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
