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

    private const string ListOfTenant = """
        select tenant_id, entry_id, body
          from aud_inbox
         where tenant_id = @tenant
         order by entry_id
         limit @limit
        """;

    private const string ListTenants = """
        select distinct tenant_id
          from aud_inbox
         order by tenant_id
        """;

    private const string Measure = """
        select count(*)
          from aud_inbox
        """;

    // On SQLite ids rise as commits do, so that a chain's waiting entries lie together. Should another lie between them, the count tells.
    private const string DeleteSpan = """
        delete from aud_inbox
         where tenant_id = @tenant and entry_id >= @first and entry_id <= @last
        """;

    private const string DeleteRows = """
        delete from aud_inbox
         using {rows}
         where tenant_id = tenant and entry_id = id
        """;

    public static void Add(DbSession session, WaitingEntry entry)
    {
        using var statement = session.Sql(Insert).Set("tenant", entry.Tenant).Set("id", entry.Id).Set("body", entry.Body);
        statement.ExecuteWithCommit();
    }

    /// <summary>What waits, of one workspace or of all.</summary>
    public static async ValueTask<List<WaitingEntry>> ListAsync(DbSession session, long? tenant, int limit)
    {
        using var statement = tenant is { } one ? session.Sql(ListOfTenant).Set("tenant", one).Set("limit", limit) : session.Sql(ListFirst).Set("limit", limit);
        return await statement.ListAsync(static row => new WaitingEntry(row.GetInt64(0), row.GetString(1), row.GetFieldValue<byte[]>(2)));
    }

    public static async ValueTask<List<long>> ListTenantsAsync(DbSession session)
    {
        using var statement = session.Sql(ListTenants);
        return await statement.ListAsync(static row => row.GetInt64(0));
    }

    /// <summary>How many wait.</summary>
    public static async ValueTask<long> CountAsync(DbSession session)
    {
        using var statement = session.Sql(Measure);
        return await statement.LongAsync() ?? 0;
    }

    /// <returns>How many there were still.</returns>
    public static async ValueTask<int> DeleteAsync(DbSession session, IReadOnlyList<WaitingEntry> entries)
    {
        if (session.Dialect.Kind is DatabaseKind.Sqlite)
        {
            var deleted = 0;
            foreach (var chain in entries.GroupBy(static e => e.Tenant))
            {
                using var span = session.Sql(DeleteSpan).Set("tenant", chain.Key).Set("first", chain.First().Id).Set("last", chain.Last().Id);
                deleted += await span.ExecuteAsync();
            }

            return deleted;
        }

        using var statement = session.Sql(DeleteRows);
        return await statement.ExecuteRowsAsync(new SqlRows(entries.Count)
            .Whole("tenant", entries, static e => e.Tenant).Text("id", entries, static e => e.Id));
    }
}

/// <summary>An entry that waits for its place.</summary>
/// <param name="Tenant">Number of the workspace.</param>
/// <param name="Id">Its id.</param>
/// <param name="Body">Its content.</param>
/// <param name="Columns">What it is found by; null: to be read from the content.</param>
internal sealed record WaitingEntry(long Tenant, string Id, byte[] Body, EntryColumns? Columns = null);

/// <summary>What an entry is found by.</summary>
internal sealed record EntryColumns(string Action, string ObjectKind, string ObjectId, string Actor);
