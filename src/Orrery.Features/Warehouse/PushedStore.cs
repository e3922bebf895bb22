using System.Data.Common;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Features;

/// <summary>One pushed row.</summary>
/// <param name="Sequence">The order of arrival, from 1.</param>
/// <param name="EventTime">Microseconds since 1970 UTC.</param>
/// <param name="CreatedTime">Microseconds since 1970 UTC; null for none.</param>
/// <param name="Columns">JSON object.</param>
internal sealed record HistoryRow(long Sequence, long EventTime, long? CreatedTime, string Columns);

/// <summary>A Parquet file of pushed rows.</summary>
internal sealed record PushedSegment(long First, long Last, long Rows, string BlobKey, long Size, string Sha256);

/// <summary>SQL that reads the history of push sources.</summary>
internal static class PushedStore
{
    private const string List = """
        select sequence, event_time, created_time, columns
          from fts_pushed
         where tenant_id = @tenant
           and project = @project
           and source = @source
           and sequence > @after
           and sequence <= @until
         order by sequence
         limit @limit
        """;

    private const string Segments = """
        select first_sequence, last_sequence, row_count, blob_key, size, sha256
          from fts_segment
         where tenant_id = @tenant
           and project = @project
           and source = @source
         order by first_sequence
        """;

    private const string LastSequence = """
        select max(sequence)
          from fts_pushed
         where tenant_id = @tenant
           and project = @project
           and source = @source
        """;

    private const string InsertSegment = """
        insert into fts_segment (tenant_id, project, source, first_sequence, last_sequence, row_count, blob_key, size, sha256, created_at)
        values (@tenant, @project, @source, @first, @last, @rows, @key, @size, @sha256, @at)
        """;

    private const string DeleteRows = """
        delete from fts_pushed
         where tenant_id = @tenant
           and project = @project
           and source = @source
           and sequence between @first and @last
        """;

    public static async ValueTask<List<HistoryRow>> ListAsync(DbSession session, WorkspaceId workspace, string project, string source, long after, long until, int limit)
    {
        using var statement = Of(session.Sql(List), workspace, project, source).Set("after", after).Set("until", until).Set("limit", limit);
        return await statement.ListAsync(static row => new HistoryRow(row.GetInt64(0), row.GetInt64(1), row.IsDBNull(2) ? null : row.GetInt64(2), row.GetString(3)));
    }

    public static async ValueTask<List<PushedSegment>> SegmentsAsync(DbSession session, WorkspaceId workspace, string project, string source)
    {
        using var statement = Of(session.Sql(Segments), workspace, project, source);
        return await statement.ListAsync(ReadSegment);
    }

    /// <summary>Of the rows that are not in a file yet; 0 for none.</summary>
    public static async ValueTask<long> LastAsync(DbSession session, WorkspaceId workspace, string project, string source)
    {
        using var statement = Of(session.Sql(LastSequence), workspace, project, source);
        return await statement.LongAsync() ?? 0;
    }

    /// <summary>Writes down that rows are in a file now, and takes them out of the table.</summary>
    /// <returns>How many there were.</returns>
    public static async ValueTask<int> MoveAsync(DbSession session, WorkspaceId workspace, string project, string source, PushedSegment segment, long at)
    {
        using var insert = Of(session.Sql(InsertSegment), workspace, project, source).Set("first", segment.First).Set("last", segment.Last)
            .Set("rows", segment.Rows).Set("key", segment.BlobKey).Set("size", segment.Size).Set("sha256", segment.Sha256).Set("at", at);
        await insert.ExecuteAsync();
        using var delete = Of(session.Sql(DeleteRows), workspace, project, source).Set("first", segment.First).Set("last", segment.Last);
        return await delete.ExecuteAsync();
    }

    private static DbStatement Of(DbStatement statement, WorkspaceId workspace, string project, string source) =>
        statement.Set("tenant", workspace.Value).Set("project", project).Set("source", source);

    private static PushedSegment ReadSegment(DbDataReader row) =>
        new(row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), row.GetString(3), row.GetInt64(4), row.GetString(5));
}
