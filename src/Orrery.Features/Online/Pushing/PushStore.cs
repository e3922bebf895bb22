using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Features;

/// <summary>A push as its key remembers it.</summary>
/// <param name="BodyHash">SHA-256 of what was sent.</param>
/// <param name="IsDone">False while its rows are in the history and may not be online yet.</param>
/// <param name="Answer">What was answered, or will be.</param>
internal sealed record KnownPush(byte[] BodyHash, bool IsDone, string Answer);

/// <summary>A push whose online writes may be missing.</summary>
internal sealed record OpenPush(WorkspaceId Workspace, string Project, string Source, string Key, string Answer, long CreatedAt);

/// <summary>SQL of <c>fts_push_source</c>, <c>fts_pushed</c> and <c>fts_push_key</c>.</summary>
internal static class PushStore
{
    public const string Stored = "stored";
    public const string Done = "done";

    private const string TakeSequence = """
        insert into fts_push_source (tenant_id, project, source, last_sequence)
        values (@tenant, @project, @source, @count)
            on conflict (tenant_id, project, source) do update set last_sequence = fts_push_source.last_sequence + excluded.last_sequence
        returning last_sequence
        """;

    private const string InsertPushed = """
        insert into fts_pushed (tenant_id, project, source, sequence, event_time, created_time, columns)
        select @tenant, @project, @source, rows.sequence, rows.event_time, rows.created_time, rows.columns
          from {rows}
        """;

    private const string ListPushed = """
        select event_time, created_time, columns
          from fts_pushed
         where tenant_id = @tenant
           and project = @project
           and source = @source
           and sequence between @first and @last
         order by sequence
        """;

    private const string FindKey = """
        select body_hash, state, answer
          from fts_push_key
         where tenant_id = @tenant
           and project = @project
           and source = @source
           and idempotency_key = @key
        """;

    private const string InsertKey = """
        insert into fts_push_key (tenant_id, project, source, idempotency_key, body_hash, state, answer, created_at)
        values (@tenant, @project, @source, @key, @hash, @state, @answer, @now)
            on conflict (tenant_id, project, source, idempotency_key) do nothing
        """;

    private const string FinishKey = """
        update fts_push_key
           set state = 'done',
               answer = @answer
         where tenant_id = @tenant
           and project = @project
           and source = @source
           and idempotency_key = @key
        """;

    private const string ListOpen = """
        select tenant_id, project, source, idempotency_key, answer, created_at
          from fts_push_key
         where state = 'stored'
           and (created_at, tenant_id, project, source, idempotency_key) > (@created, @tenant, @project, @source, @key)
         order by created_at, tenant_id, project, source, idempotency_key
         limit @limit
        """;

    private const string ListOpenOf = """
        select answer
          from fts_push_key
         where tenant_id = @tenant
           and project = @project
           and source = @source
           and state = 'stored'
        """;

    private const string DeleteOld = """
        delete from fts_push_key
         where created_at < @before
           and state = 'done'
        """;

    /// <summary>Appends rows to the history.</summary>
    /// <returns>Sequence of the first and of the last.</returns>
    public static async ValueTask<(long First, long Last)> AppendAsync(DbSession session, WorkspaceId workspace, string project, string source, IReadOnlyList<PushedRow> rows)
    {
        using var take = session.Sql(TakeSequence).Set("tenant", workspace.Value).Set("project", project).Set("source", source).Set("count", rows.Count);
        var last = (await take.LongAsync())!.Value;
        var first = last - rows.Count + 1;
        using var insert = session.Sql(InsertPushed).Set("tenant", workspace.Value).Set("project", project).Set("source", source);
        await insert.ExecuteRowsAsync(new SqlRows(rows.Count)
            .Whole("sequence", [.. Enumerable.Range(0, rows.Count).Select(at => first + at)])
            .Whole("event_time", rows, static row => row.EventTime)
            .Whole("created_time", [.. rows.Select(static row => row.CreatedTime)])
            .Text("columns", rows, static row => row.Columns));
        return (first, last);
    }

    public static async ValueTask<List<PushedRow>> ListAsync(DbSession session, WorkspaceId workspace, string project, string source, long first, long last)
    {
        using var statement = session.Sql(ListPushed).Set("tenant", workspace.Value).Set("project", project).Set("source", source).Set("first", first).Set("last", last);
        return await statement.ListAsync(static row => new PushedRow(row.GetInt64(0), row.IsDBNull(1) ? null : row.GetInt64(1), row.GetString(2)));
    }

    public static async ValueTask<KnownPush?> FindKeyAsync(DbSession session, WorkspaceId workspace, string project, string source, string key)
    {
        using var statement = session.Sql(FindKey).Set("tenant", workspace.Value).Set("project", project).Set("source", source).Set("key", key);
        return await statement.FindAsync(static row => new KnownPush((byte[])row.GetValue(0), row.GetString(1) == Done, row.IsDBNull(2) ? "" : row.GetString(2)));
    }

    public static async ValueTask InsertKeyAsync(
        DbSession session, WorkspaceId workspace, string project, string source, string key, byte[] hash, string state, string answer, DateTimeOffset now)
    {
        using var statement = session.Sql(InsertKey).Set("tenant", workspace.Value).Set("project", project).Set("source", source).Set("key", key)
            .Set("hash", hash).Set("state", state).Set("answer", answer).Set("now", now.ToUnixTimeMilliseconds());
        await statement.ExecuteAsync();
    }

    public static async ValueTask FinishKeyAsync(DbSession session, WorkspaceId workspace, string project, string source, string key, string answer)
    {
        using var statement = session.Sql(FinishKey).Set("tenant", workspace.Value).Set("project", project).Set("source", source).Set("key", key).Set("answer", answer);
        await statement.ExecuteAsync();
    }

    /// <summary>Pushes of all workspaces whose online writes may be missing, the oldest first.</summary>
    /// <param name="session">Of the database.</param>
    /// <param name="after">Begins behind it; null for the first page.</param>
    /// <param name="limit">Of the page.</param>
    public static async ValueTask<List<OpenPush>> ListOpenAsync(DbSession session, OpenPush? after, int limit)
    {
        using var statement = session.Sql(ListOpen).Set("created", after?.CreatedAt ?? -1).Set("tenant", after?.Workspace.Value ?? 0)
            .Set("project", after?.Project ?? "").Set("source", after?.Source ?? "").Set("key", after?.Key ?? "").Set("limit", limit);
        return await statement.ListAsync(static row =>
            new OpenPush(new(row.GetInt64(0)), row.GetString(1), row.GetString(2), row.GetString(3), row.GetString(4), row.GetInt64(5)));
    }

    /// <summary>Sequence of the first row that is to be read again for an open push of a source; <see cref="long.MaxValue"/> for none.</summary>
    public static async ValueTask<long> FirstOpenAsync(DbSession session, WorkspaceId workspace, string project, string source)
    {
        using var statement = session.Sql(ListOpenOf).Set("tenant", workspace.Value).Set("project", project).Set("source", source);
        var open = await statement.ListAsync(static row => Pushes.Read(row.GetString(0)).First);
        return open.Where(static first => first > 0).DefaultIfEmpty(long.MaxValue).Min();
    }

    public static async ValueTask<int> DeleteOldAsync(DbSession session, DateTimeOffset before)
    {
        using var statement = session.Sql(DeleteOld).Set("before", before.ToUnixTimeMilliseconds());
        return await statement.ExecuteAsync();
    }
}
