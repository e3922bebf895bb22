using System.Data.Common;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Serving;

/// <summary>SQL of <c>srv_batch_partition</c>.</summary>
internal static class PartitionStore
{
    private const string Columns = """
        number, state, first_row, row_count, input_key, input_bytes, attempts, failures, output_key, output_rows, output_bytes, output_sha256, refused_key, refused_rows,
               refused_bytes, refused_sha256, error_code, error, started_at, finished_at
        """;

    private const string InsertSql = """
        insert into srv_batch_partition (
               tenant_id, batch_id, number, state, first_row, row_count, input_key, input_bytes, attempts, failures, output_rows, output_bytes, refused_rows, refused_bytes)
        select @tenant, @batch, rows.number, 'pending', rows.first_row, rows.row_count, rows.input_key, rows.input_bytes, 0, 0, 0, 0, 0, 0
          from {rows}
         where true
        """;

    // One that this worker had begun comes first: its job was taken up again. A job that is not the worker's any more takes nothing.
    private const string ClaimSql = """
          with next as materialized (
               select tenant_id as t, batch_id as b, number as n
                 from srv_batch_partition p
                where p.tenant_id = @tenant and p.batch_id = @batch
                  and (p.state = 'pending' or p.state = 'running' and p.worker = @worker)
                  and exists (select 1 from srv_batch x where x.tenant_id = @tenant and x.batch_id = @batch and x.state = 'running')
                  and exists (select 1 from srv_batch_worker w where w.tenant_id = @tenant and w.batch_id = @batch and w.worker = @worker and w.job_id = @job)
                order by case when p.state = 'running' then 0 else 1 end, p.number
                limit 1
                {skip locked})
        update srv_batch_partition
           set state = 'running', worker = @worker, attempts = attempts + 1, started_at = @now
          from next
         where tenant_id = t and batch_id = b and number = n
        returning number
        """;

    private const string FindSql = $"select {Columns} from srv_batch_partition where tenant_id = @tenant and batch_id = @batch and number = @number";

    private const string DoneSql = """
        update srv_batch_partition
           set state = 'done', worker = null, input_key = null, input_bytes = 0, output_key = @output_key, output_rows = @output_rows, output_bytes = @output_bytes,
               output_sha256 = @output_sha256, refused_key = @refused_key, refused_rows = @refused_rows, refused_bytes = @refused_bytes,
               refused_sha256 = @refused_sha256, error_code = null, error = null, finished_at = @now
         where tenant_id = @tenant and batch_id = @batch and number = @number and state = 'running' and worker = @worker
        """;

    private const string FailSql = """
        update srv_batch_partition
           set state = @state, failures = failures + 1, error_code = @code, error = @error
         where tenant_id = @tenant and batch_id = @batch and number = @number and state = 'running' and worker = @worker
        """;

    private const string AgainSql = """
        update srv_batch_partition
           set state = 'pending', worker = null, failures = 0
         where tenant_id = @tenant and batch_id = @batch and state in ('running', 'failed')
        """;

    private const string ReleaseSql = """
        update srv_batch_partition
           set state = 'pending', worker = null
         where tenant_id = @tenant and batch_id = @batch and state = 'running' and worker = @worker
        """;

    private const string ListSql = $"""
        select {Columns}
          from srv_batch_partition
         where tenant_id = @tenant and batch_id = @batch and number > @after
           and (@state is null or state = @state)
         order by number
         limit @limit
        """;

    private const string DeleteSql = "delete from srv_batch_partition where tenant_id = @tenant and batch_id = @batch";

    private const string SumSql = """
        select sum(input_bytes + output_bytes + refused_bytes)
          from srv_batch_partition
         where tenant_id = @tenant
        """;

    public static async ValueTask InsertAsync(DbSession session, BatchRow batch, IReadOnlyList<PartitionRow> partitions)
    {
        using var sql = Keyed(session, InsertSql, batch.Workspace, batch.Id);
        await sql.ExecuteRowsAsync(new SqlRows(partitions.Count)
            .Whole("number", partitions, static row => row.Number)
            .Whole("first_row", partitions, static row => row.FirstRow)
            .Whole("row_count", partitions, static row => row.Rows)
            .Text("input_key", partitions, static row => row.InputKey)
            .Whole("input_bytes", partitions, static row => row.InputBytes));
    }

    /// <summary>Takes the next partition for a worker; null when there is none for it.</summary>
    public static async ValueTask<PartitionRow?> ClaimAsync(DbSession session, BatchRow batch, long worker, JobId job, long now)
    {
        long? number;
        using (var sql = Keyed(session, ClaimSql, batch.Workspace, batch.Id).Set("worker", (long?)worker).Set("job", job.ToString()).Set("now", (long?)now))
            number = await sql.LongAsync();
        return number is { } taken ? await FindAsync(session, batch.Workspace, batch.Id, taken) : null;
    }

    public static async ValueTask<PartitionRow?> FindAsync(DbSession session, WorkspaceId workspace, string batch, long number)
    {
        using var sql = Keyed(session, FindSql, workspace, batch).Set("number", (long?)number);
        return await sql.FindAsync(Read);
    }

    /// <summary>Names what a partition wrote; false when it is not the worker's any more.</summary>
    public static async ValueTask<bool> DoneAsync(DbSession session, BatchRow batch, long number, long worker, PartitionFile? output, PartitionFile? refused, long now)
    {
        using var sql = Keyed(session, DoneSql, batch.Workspace, batch.Id).Set("number", (long?)number).Set("worker", (long?)worker).Set("now", (long?)now)
            .Set("output_key", output?.Key).Set("output_rows", (long?)(output?.Rows ?? 0)).Set("output_bytes", (long?)(output?.Size ?? 0)).Set("output_sha256", output?.Sha256)
            .Set("refused_key", refused?.Key).Set("refused_rows", (long?)(refused?.Rows ?? 0)).Set("refused_bytes", (long?)(refused?.Size ?? 0)).Set("refused_sha256", refused?.Sha256);
        return await sql.ExecuteAsync() == 1;
    }

    /// <summary>Notes a failure: for good, or until the worker tries it again. False when it is not the worker's any more.</summary>
    public static async ValueTask<bool> FailAsync(DbSession session, BatchRow batch, long number, long worker, Failure failure, bool isFinal)
    {
        using var sql = Keyed(session, FailSql, batch.Workspace, batch.Id).Set("number", (long?)number).Set("worker", (long?)worker)
            .Set("state", isFinal ? BatchStates.Failed : BatchStates.Running).Set("code", failure.Code).Set("error", failure.Message);
        return await sql.ExecuteAsync() == 1;
    }

    /// <summary>Has all that is not done be done again.</summary>
    public static async ValueTask AgainAsync(DbSession session, BatchRow batch)
    {
        using var sql = Keyed(session, AgainSql, batch.Workspace, batch.Id);
        await sql.ExecuteAsync();
    }

    /// <summary>Gives back what a worker had that is no more.</summary>
    public static async ValueTask ReleaseAsync(DbSession session, BatchRow batch, long worker)
    {
        using var sql = Keyed(session, ReleaseSql, batch.Workspace, batch.Id).Set("worker", (long?)worker);
        await sql.ExecuteAsync();
    }

    /// <summary>By number, after one.</summary>
    public static async ValueTask<List<PartitionRow>> ListAsync(DbSession session, WorkspaceId workspace, string batch, string? state, long after, int limit)
    {
        using var sql = Keyed(session, ListSql, workspace, batch).Set("after", (long?)after).Set("state", state).Set("limit", (long?)limit);
        return await sql.ListAsync(Read);
    }

    public static async ValueTask DeleteAsync(DbSession session, WorkspaceId workspace, string batch)
    {
        using var sql = Keyed(session, DeleteSql, workspace, batch);
        await sql.ExecuteAsync();
    }

    /// <summary>Bytes that the workspace's batch predictions have in blobs.</summary>
    public static async ValueTask<long> SumAsync(DbSession session, WorkspaceId workspace)
    {
        using var sql = session.Sql(SumSql).Set("tenant", workspace.Value);
        return await sql.LongAsync() ?? 0;
    }

    private static DbStatement Keyed(DbSession session, string text, WorkspaceId workspace, string batch) => session.Sql(text).Set("tenant", workspace.Value).Set("batch", batch);

    private static PartitionRow Read(DbDataReader row) => new()
    {
        Number = row.GetInt64(0),
        State = row.GetString(1),
        FirstRow = row.GetInt64(2),
        Rows = row.GetInt64(3),
        InputKey = Text(row, 4),
        InputBytes = row.GetInt64(5),
        Attempts = row.GetInt64(6),
        Failures = row.GetInt64(7),
        Output = File(row, 8),
        Refused = File(row, 12),
        ErrorCode = Text(row, 16),
        Error = Text(row, 17),
        StartedAt = Whole(row, 18),
        FinishedAt = Whole(row, 19),
    };

    private static PartitionFile? File(DbDataReader row, int first) =>
        Text(row, first) is { } key ? new(key, row.GetInt64(first + 1), row.GetInt64(first + 2), Text(row, first + 3) ?? "") : null;

    private static string? Text(DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    private static long? Whole(DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetInt64(column);
}
