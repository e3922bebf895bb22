using System.Data.Common;
using Orrery.Contracts;
using Orrery.Storage;

namespace Orrery.Audit;

/// <summary>Table <c>aud_entry</c>.</summary>
internal static class EntryStore
{
    private const string Columns = "tenant_id, seq, sealed_at, hash, body, entry_id, action, object_kind, object_id, actor";

    private const string InsertRows = """
        insert into aud_entry (tenant_id, seq, entry_id, sealed_at, action, object_kind, object_id, actor, hash, body)
        select tenant, seq, id, sealed, action, kind, object, actor, hash, body
          from {rows}
        """;

    private const string Find = $"""
        select {Columns}
          from aud_entry
         where tenant_id = @tenant and entry_id = @id
        """;

    private const string ListOn = $"""
        select {Columns}
          from aud_entry
         where tenant_id = @tenant and seq > @after
         order by seq
         limit @limit
        """;

    private const string ListHashes = """
        select hash
          from aud_entry
         where tenant_id = @tenant and seq between @first and @last
         order by seq
        """;

    private const string Edge = """
        select min(seq), max(seq)
          from aud_entry
         where tenant_id = @tenant
        """;

    private const string SealedAt = """
        select sealed_at
          from aud_entry
         where tenant_id = @tenant and seq = @seq
        """;

    private const string Delete = """
        delete from aud_entry
         where tenant_id = @tenant and seq between @first and @last
        """;

    private const string SearchFrom = $"""
        select {Columns}
          from aud_entry
         where tenant_id = @tenant and seq >= @least and seq <= @most
        """;

    public static async ValueTask InsertAsync(DbSession session, IReadOnlyList<ChainedEntry> entries)
    {
        using var statement = session.Sql(InsertRows);
        await statement.ExecuteRowsAsync(new SqlRows(entries.Count)
            .Whole("tenant", entries, static e => e.Entry.Workspace).Whole("seq", entries, static e => e.Entry.Seq).Text("id", entries, static e => e.Id)
            .Whole("sealed", entries, static e => e.Entry.SealedAt).Text("action", entries, static e => e.Action).Text("kind", entries, static e => e.ObjectKind)
            .Text("object", entries, static e => e.ObjectId).Text("actor", entries, static e => e.Actor)
            .Bytes("hash", [.. entries.Select(static e => e.Entry.Hash)]).Bytes("body", [.. entries.Select(static e => e.Entry.Body)]));
    }

    public static async ValueTask<ChainedEntry?> FindAsync(DbSession session, long tenant, string id)
    {
        using var statement = session.Sql(Find).Set("tenant", tenant).Set("id", id);
        return await statement.FindAsync(Read);
    }

    /// <summary>Entries after a place, in the chain's order.</summary>
    public static async ValueTask<List<ChainedEntry>> ListAsync(DbSession session, long tenant, long after, int limit)
    {
        using var statement = session.Sql(ListOn).Set("tenant", tenant).Set("after", after).Set("limit", limit);
        return await statement.ListAsync(Read);
    }

    public static async ValueTask<List<byte[]>> ListHashesAsync(DbSession session, long tenant, long first, long last)
    {
        using var statement = session.Sql(ListHashes).Set("tenant", tenant).Set("first", first).Set("last", last);
        return await statement.ListAsync(static row => row.GetFieldValue<byte[]>(0));
    }

    /// <summary>Entries that fit, newest first.</summary>
    public static async ValueTask<List<ChainedEntry>> SearchAsync(DbSession session, long tenant, AuditFilter filter, long least, long most, int limit)
    {
        var sql = SearchFrom
            + (filter.Actor is null ? "" : "\n   and actor = @actor")
            + (filter.Action is null ? "" : "\n   and action = @action")
            + (filter.ObjectKind is null ? "" : "\n   and object_kind = @kind")
            + (filter.ObjectId is null ? "" : "\n   and object_id = @object")
            + "\n order by seq desc\n limit @limit";
        using var statement = session.Sql(sql).Set("tenant", tenant).Set("least", least).Set("most", most);
        if (filter.Actor is not null)
            statement.Set("actor", filter.Actor);
        if (filter.Action is not null)
            statement.Set("action", filter.Action);
        if (filter.ObjectKind is not null)
            statement.Set("kind", filter.ObjectKind);
        if (filter.ObjectId is not null)
            statement.Set("object", filter.ObjectId);
        return await statement.Set("limit", limit).ListAsync(Read);
    }

    /// <summary>The first place whose entry was sealed at a time or later; one past the last when there is none. Since places have no gaps and times never fall, it needs no index of times.</summary>
    public static async ValueTask<long> SeqAtAsync(DbSession session, long tenant, long time)
    {
        var (first, last) = await EdgesAsync(session, tenant);
        var (low, high) = (first, last + 1);
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            using var statement = session.Sql(SealedAt).Set("tenant", tenant).Set("seq", middle);

            // Where one is missing the chain is broken, and verification says so; the search goes on.
            if ((await statement.LongAsync() ?? time) >= time)
                high = middle;
            else
                low = middle + 1;
        }

        return low;
    }

    /// <summary>The first and last place that is kept; (1, 0) without any.</summary>
    public static async ValueTask<(long First, long Last)> EdgesAsync(DbSession session, long tenant)
    {
        using var statement = session.Sql(Edge).Set("tenant", tenant);
        return await statement.FindAsync(static row => row.IsDBNull(0) ? (1L, 0L) : (row.GetInt64(0), row.GetInt64(1)));
    }

    public static async ValueTask<int> DeleteAsync(DbSession session, long tenant, long first, long last)
    {
        using var statement = session.Sql(Delete).Set("tenant", tenant).Set("first", first).Set("last", last);
        return await statement.ExecuteAsync();
    }

    private static ChainedEntry Read(DbDataReader row) => new(
        new(row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), row.GetFieldValue<byte[]>(3), row.GetFieldValue<byte[]>(4)),
        row.GetString(5), row.GetString(6), row.GetString(7), row.GetString(8), row.GetString(9));
}

/// <summary>An entry in its place, with the columns it is found by.</summary>
internal sealed record ChainedEntry(SealedEntry Entry, string Id, string Action, string ObjectKind, string ObjectId, string Actor);
