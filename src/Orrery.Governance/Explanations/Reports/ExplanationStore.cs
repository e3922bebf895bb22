using System.Data.Common;
using System.Text.Json;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Governance;

/// <summary>SQL of <c>gov_explanation</c>.</summary>
internal static class ExplanationStore
{
    private const string Columns = "tenant_id, explanation_id, model, version, state, spec, job_id, model_sha256, content_hash, error_code, error, created_by, created_at, finished_at";

    private const string InsertSql = """
        insert into gov_explanation (tenant_id, explanation_id, model, version, state, spec, job_id, created_by, created_at)
        values (@tenant, @id, @model, @version, @state, @spec, @job, @by, @at)
        """;

    private const string FindSql = $"""
        select {Columns}, result, background
          from gov_explanation
         where tenant_id = @tenant and explanation_id = @id
        """;

    private const string LatestSql = $"""
        select {Columns}, result, background
          from gov_explanation
         where tenant_id = @tenant and model = @model and version = @version and state = 'succeeded'
         order by explanation_id desc
         limit 1
        """;

    private const string LatestIdSql = """
        select explanation_id
          from gov_explanation
         where tenant_id = @tenant and model = @model and version = @version and state = 'succeeded'
         order by explanation_id desc
         limit 1
        """;

    private const string ListSql = $"""
        select {Columns}, null, null
          from gov_explanation
         where tenant_id = @tenant and explanation_id < @before
           and (@model is null or model = @model)
           and (@version is null or version = @version)
           and (@state is null or state = @state)
         order by explanation_id desc
         limit @limit
        """;

    private const string EndSql = """
        update gov_explanation
           set state = @state, model_sha256 = @sha256, result = @result, content_hash = @hash, background = @background, error_code = @code, error = @error, finished_at = @at
         where tenant_id = @tenant and explanation_id = @id and state = 'running'
        """;

    public static async ValueTask InsertAsync(DbSession session, ExplanationRow row)
    {
        using var sql = session.Sql(InsertSql).Set("tenant", row.Workspace.Value).Set("id", row.Id).Set("model", row.Model).Set("version", (long?)row.Version).Set("state", row.State)
            .Set("spec", JsonSerializer.Serialize(row.Spec, OrreryJson.TypeOf<ExplanationSpec>())).Set("job", row.JobId).Set("by", row.CreatedBy).Set("at", (long?)row.CreatedAt);
        await sql.ExecuteAsync();
    }

    public static async ValueTask<ExplanationRow?> FindAsync(DbSession session, WorkspaceId workspace, string id)
    {
        using var sql = session.Sql(FindSql).Set("tenant", workspace.Value).Set("id", id);
        return await sql.FindAsync(Read);
    }

    /// <summary>The latest of a version that has succeeded.</summary>
    public static async ValueTask<ExplanationRow?> LatestAsync(DbSession session, WorkspaceId workspace, string model, long version)
    {
        using var sql = session.Sql(LatestSql).Set("tenant", workspace.Value).Set("model", model).Set("version", (long?)version);
        return await sql.FindAsync(Read);
    }

    /// <summary>Its id alone.</summary>
    public static async ValueTask<string?> LatestIdAsync(DbSession session, WorkspaceId workspace, string model, long version)
    {
        using var sql = session.Sql(LatestIdSql).Set("tenant", workspace.Value).Set("model", model).Set("version", (long?)version);
        return await sql.FindAsync(static row => row.GetString(0));
    }

    public static async ValueTask<List<ExplanationRow>> ListAsync(
        DbSession session, WorkspaceId workspace, string? model, long? version, string? state, string before, int limit)
    {
        using var sql = session.Sql(ListSql).Set("tenant", workspace.Value).Set("model", model).Set("version", version).Set("state", state).Set("before", before).Set("limit", (long?)limit);
        return await sql.ListAsync(Read);
    }

    /// <summary>Writes how one ended; false for one that has ended, which stays as it is.</summary>
    public static async ValueTask<bool> EndAsync(DbSession session, ExplanationRow row)
    {
        using var sql = session.Sql(EndSql).Set("tenant", row.Workspace.Value).Set("id", row.Id).Set("state", row.State).Set("sha256", row.ModelSha256).Set("result", row.Result)
            .Set("hash", row.ContentHash).Set("background", row.Background).Set("code", row.ErrorCode).Set("error", row.Error).Set("at", row.FinishedAt);
        return await sql.ExecuteAsync() > 0;
    }

    private static ExplanationRow Read(DbDataReader row) => new()
    {
        Workspace = new WorkspaceId(row.GetInt64(0)),
        Id = row.GetString(1),
        Model = row.GetString(2),
        Version = row.GetInt64(3),
        State = row.GetString(4),
        Spec = JsonSerializer.Deserialize(row.GetString(5), OrreryJson.TypeOf<ExplanationSpec>())!,
        JobId = row.GetString(6),
        ModelSha256 = Text(row, 7),
        ContentHash = Text(row, 8),
        ErrorCode = Text(row, 9),
        Error = Text(row, 10),
        CreatedBy = row.GetString(11),
        CreatedAt = row.GetInt64(12),
        FinishedAt = row.IsDBNull(13) ? null : row.GetInt64(13),
        Result = Text(row, 14),
        Background = Text(row, 15),
    };

    private static string? Text(DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
