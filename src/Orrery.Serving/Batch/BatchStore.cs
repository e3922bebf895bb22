using System.Data.Common;
using System.Text.Json;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Serving;

/// <summary>SQL of <c>srv_batch</c> and <c>srv_batch_worker</c>.</summary>
internal static class BatchStore
{
    private const string Columns = """
        tenant_id, batch_id, state, spec, model, version, model_sha256, idempotency_key, body_hash, job_id, plan, error_code, error, partitions, partitions_done,
               partitions_failed, row_count, rows_done, rows_refused, output_bytes, created_by, created_at, started_at, finished_at, expires_at,
               rows_left_out
        """;

    private const string InsertSql = """
        insert into srv_batch (
               tenant_id, batch_id, state, spec, model, version, model_sha256, idempotency_key, body_hash, job_id, partitions, partitions_done, partitions_failed,
               row_count, rows_done, rows_refused, output_bytes, created_by, created_at)
        values (@tenant, @batch, @state, @spec, @model, @version, @sha256, @key, @hash, @job, 0, 0, 0, 0, 0, 0, 0, @by, @at)
            on conflict do nothing
        """;

    private const string FindSql = $"select {Columns} from srv_batch where tenant_id = @tenant and batch_id = @batch";

    private const string LockSql = FindSql + "\n {for update}";

    private const string FindKeySql = $"select {Columns} from srv_batch where tenant_id = @tenant and idempotency_key = @key";

    private const string ListSql = $"""
        select {Columns}
          from srv_batch
         where tenant_id = @tenant and batch_id < @before
           and (@state is null or state = @state)
           and (@model is null or model = @model)
         order by batch_id desc
         limit @limit
        """;

    private const string OpenSql = $"""
        select {Columns}
          from srv_batch
         where state in ('planning', 'running')
         order by tenant_id, batch_id
        """;

    private const string ExpiredSql = $"""
        select {Columns}
          from srv_batch
         where state in ('succeeded', 'failed', 'cancelled') and expires_at < @now
         order by tenant_id, batch_id
         limit @limit
        """;

    private const string PlannedSql = """
        update srv_batch
           set state = 'running', plan = @plan, partitions = @partitions, row_count = @rows, started_at = @now
         where tenant_id = @tenant and batch_id = @batch
        """;

    private const string DoneSql = """
        update srv_batch
           set partitions_done = partitions_done + 1, rows_done = rows_done + @rows, rows_refused = rows_refused + @refused, rows_left_out = rows_left_out + @left, output_bytes = output_bytes + @bytes
         where tenant_id = @tenant and batch_id = @batch
        """;

    private const string FailedPartitionSql = """
        update srv_batch
           set partitions_failed = partitions_failed + 1
         where tenant_id = @tenant and batch_id = @batch
        """;

    private const string EndSql = """
        update srv_batch
           set state = @state, error_code = @code, error = @error, finished_at = @now, expires_at = @expires
         where tenant_id = @tenant and batch_id = @batch
        """;

    private const string AgainSql = """
        update srv_batch
           set state = @state, job_id = @job, error_code = null, error = null, partitions_failed = 0, finished_at = null, expires_at = null
         where tenant_id = @tenant and batch_id = @batch
        """;

    private const string DeleteSql = "delete from srv_batch where tenant_id = @tenant and batch_id = @batch";

    private const string PutWorkerSql = """
        insert into srv_batch_worker (tenant_id, batch_id, worker, job_id)
        values (@tenant, @batch, @worker, @job)
            on conflict (tenant_id, batch_id, worker) do update
           set job_id = excluded.job_id
        """;

    private const string WorkersSql = "select worker, job_id from srv_batch_worker where tenant_id = @tenant and batch_id = @batch order by worker";

    private const string DeleteWorkersSql = "delete from srv_batch_worker where tenant_id = @tenant and batch_id = @batch";

    private const string DeleteWorkerSql = "delete from srv_batch_worker where tenant_id = @tenant and batch_id = @batch and worker = @worker";

    /// <summary>False when one of that key is there.</summary>
    public static async ValueTask<bool> InsertAsync(DbSession session, BatchRow row)
    {
        using var sql = Keyed(session, InsertSql, row.Workspace, row.Id).Set("state", row.State).Set("spec", Write(row.Spec)).Set("model", row.Model).Set("version", row.Version)
            .Set("sha256", row.ModelSha256).Set("key", row.Key).Set("hash", row.BodyHash).Set("job", row.JobId).Set("by", row.CreatedBy).Set("at", (long?)row.CreatedAt);
        return await sql.ExecuteAsync() == 1;
    }

    public static ValueTask<BatchRow?> FindAsync(DbSession session, WorkspaceId workspace, string batch) => FindAsync(session, FindSql, workspace, batch);

    /// <summary>The batch prediction, held until the transaction ends. Whoever holds a job of it, too, holds this first.</summary>
    public static ValueTask<BatchRow?> LockAsync(DbSession session, WorkspaceId workspace, string batch) => FindAsync(session, LockSql, workspace, batch);

    public static async ValueTask<BatchRow?> FindKeyAsync(DbSession session, WorkspaceId workspace, string key)
    {
        using var sql = session.Sql(FindKeySql).Set("tenant", workspace.Value).Set("key", key);
        return await sql.FindAsync(Read);
    }

    /// <summary>Newest first, before an id.</summary>
    public static async ValueTask<List<BatchRow>> ListAsync(DbSession session, WorkspaceId workspace, string? state, string? model, string before, int limit)
    {
        using var sql = session.Sql(ListSql).Set("tenant", workspace.Value).Set("before", before).Set("state", state).Set("model", model).Set("limit", (long?)limit);
        return await sql.ListAsync(Read);
    }

    /// <summary>Those of all workspaces that have not ended.</summary>
    public static async ValueTask<List<BatchRow>> OpenAsync(DbSession session)
    {
        using var sql = session.Sql(OpenSql);
        return await sql.ListAsync(Read);
    }

    /// <summary>Those of all workspaces whose time is over.</summary>
    public static async ValueTask<List<BatchRow>> ExpiredAsync(DbSession session, long now, int limit)
    {
        using var sql = session.Sql(ExpiredSql).Set("now", (long?)now).Set("limit", (long?)limit);
        return await sql.ListAsync(Read);
    }

    public static async ValueTask PlannedAsync(DbSession session, BatchRow row, BatchPlan plan, long partitions, long rows, long now)
    {
        using var sql = Keyed(session, PlannedSql, row.Workspace, row.Id).Set("plan", JsonSerializer.Serialize(plan, BatchJson.Default.BatchPlan))
            .Set("partitions", (long?)partitions).Set("rows", (long?)rows).Set("now", (long?)now);
        await sql.ExecuteAsync();
    }

    /// <summary>Counts a partition that is done.</summary>
    public static async ValueTask DoneAsync(DbSession session, BatchRow row, long rows, long refused, long leftOut, long bytes)
    {
        using var sql = Keyed(session, DoneSql, row.Workspace, row.Id).Set("rows", (long?)rows).Set("refused", (long?)refused).Set("left", (long?)leftOut).Set("bytes", (long?)bytes);
        await sql.ExecuteAsync();
    }

    /// <summary>Counts a partition that failed.</summary>
    public static async ValueTask FailedPartitionAsync(DbSession session, BatchRow row)
    {
        using var sql = Keyed(session, FailedPartitionSql, row.Workspace, row.Id);
        await sql.ExecuteAsync();
    }

    public static async ValueTask EndAsync(DbSession session, BatchRow row, string state, Failure? failure, long now, long expires)
    {
        using var sql = Keyed(session, EndSql, row.Workspace, row.Id).Set("state", state).Set("code", failure?.Code).Set("error", failure?.Message).Set("now", (long?)now).Set("expires", (long?)expires);
        await sql.ExecuteAsync();
    }

    /// <summary>Begins it again where it stopped.</summary>
    public static async ValueTask AgainAsync(DbSession session, BatchRow row, string state, string job)
    {
        using var sql = Keyed(session, AgainSql, row.Workspace, row.Id).Set("state", state).Set("job", job);
        await sql.ExecuteAsync();
    }

    public static async ValueTask DeleteAsync(DbSession session, WorkspaceId workspace, string batch)
    {
        using var sql = Keyed(session, DeleteSql, workspace, batch);
        await sql.ExecuteAsync();
    }

    /// <summary>Says which job is a worker now.</summary>
    public static async ValueTask PutWorkerAsync(DbSession session, BatchRow row, long worker, JobId job)
    {
        using var sql = Keyed(session, PutWorkerSql, row.Workspace, row.Id).Set("worker", (long?)worker).Set("job", job.ToString());
        await sql.ExecuteAsync();
    }

    public static async ValueTask<List<(long Worker, JobId Job)>> WorkersAsync(DbSession session, WorkspaceId workspace, string batch)
    {
        using var sql = Keyed(session, WorkersSql, workspace, batch);
        return await sql.ListAsync(static row => (row.GetInt64(0), JobId.Parse(row.GetString(1), null)));
    }

    public static async ValueTask DeleteWorkersAsync(DbSession session, WorkspaceId workspace, string batch)
    {
        using var sql = Keyed(session, DeleteWorkersSql, workspace, batch);
        await sql.ExecuteAsync();
    }

    public static async ValueTask DeleteWorkerAsync(DbSession session, WorkspaceId workspace, string batch, long worker)
    {
        using var sql = Keyed(session, DeleteWorkerSql, workspace, batch).Set("worker", (long?)worker);
        await sql.ExecuteAsync();
    }

    private static async ValueTask<BatchRow?> FindAsync(DbSession session, string text, WorkspaceId workspace, string batch)
    {
        using var sql = Keyed(session, text, workspace, batch);
        return await sql.FindAsync(Read);
    }

    private static DbStatement Keyed(DbSession session, string text, WorkspaceId workspace, string batch) => session.Sql(text).Set("tenant", workspace.Value).Set("batch", batch);

    private static string Write(BatchPredictionSpec spec) => JsonSerializer.Serialize(spec, OrreryJson.TypeOf<BatchPredictionSpec>());

    private static BatchRow Read(DbDataReader row) => new()
    {
        Workspace = new(row.GetInt64(0)),
        Id = row.GetString(1),
        State = row.GetString(2),
        Spec = JsonSerializer.Deserialize(row.GetString(3), OrreryJson.TypeOf<BatchPredictionSpec>())!,
        Model = row.GetString(4),
        Version = row.GetString(5),
        ModelSha256 = row.GetString(6),
        Key = Text(row, 7),
        BodyHash = row.GetString(8),
        JobId = row.GetString(9),
        Plan = Text(row, 10) is { } plan ? JsonSerializer.Deserialize(plan, BatchJson.Default.BatchPlan) : null,
        ErrorCode = Text(row, 11),
        Error = Text(row, 12),
        Partitions = row.GetInt64(13),
        PartitionsDone = row.GetInt64(14),
        PartitionsFailed = row.GetInt64(15),
        Rows = row.GetInt64(16),
        RowsDone = row.GetInt64(17),
        RowsRefused = row.GetInt64(18),
        OutputBytes = row.GetInt64(19),
        CreatedBy = row.GetString(20),
        CreatedAt = row.GetInt64(21),
        StartedAt = Whole(row, 22),
        FinishedAt = Whole(row, 23),
        ExpiresAt = Whole(row, 24),
        RowsLeftOut = row.GetInt64(25),
    };

    private static string? Text(DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    private static long? Whole(DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetInt64(column);
}
