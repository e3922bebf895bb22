using Orrery.Storage;

namespace Orrery.Audit;

/// <summary>Table <c>aud_inbox</c>: entries that wait to be put into their chain.</summary>
internal static class InboxStore
{
    private const string Insert = """
        insert into aud_inbox (tenant_id, entry_id, body)
        values (@tenant, @id, @body)
        """;

    private const string ListFirst = """
        select tenant_id, entry_id, body
          from aud_inbox
         order by tenant_id, entry_id
         limit @limit
        """;

    // SQLite finds a row by the whole key only when its parts are scalars; it runs this once for each row.
    private const string DeleteRow = """
        delete from aud_inbox
         where tenant_id = (select tenant from {rows}) and entry_id = (select id from {rows})
        """;

    private const string DeleteRows = """
        delete from aud_inbox
         using {rows}
         where tenant_id = tenant and entry_id = id
        """;

    public static void Add(DbSession session, long tenant, string id, byte[] body)
    {
        using var statement = session.Sql(Insert).Set("tenant", tenant).Set("id", id).Set("body", body);
        statement.ExecuteWithCommit();
    }

    public static async ValueTask<List<WaitingEntry>> ListAsync(DbSession session, int limit)
    {
        using var statement = session.Sql(ListFirst).Set("limit", limit);
        return await statement.ListAsync(static row => new WaitingEntry(row.GetInt64(0), row.GetString(1), row.GetFieldValue<byte[]>(2)));
    }

    /// <returns>How many were there still.</returns>
    public static async ValueTask<int> DeleteAsync(DbSession session, IReadOnlyList<WaitingEntry> entries)
    {
        using var statement = session.Sql(session.Dialect.Kind is DatabaseKind.Sqlite ? DeleteRow : DeleteRows);
        return await statement.ExecuteRowsAsync(new SqlRows(entries.Count)
            .Whole("tenant", entries, static e => e.Tenant).Text("id", entries, static e => e.Id));
    }
}

/// <summary>An entry that waits for its place.</summary>
internal sealed record WaitingEntry(long Tenant, string Id, byte[] Body);
