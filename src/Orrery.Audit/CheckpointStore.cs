using Orrery.Contracts;
using Orrery.Storage;

namespace Orrery.Audit;

/// <summary>Table <c>aud_checkpoint</c>.</summary>
internal static class CheckpointStore
{
    private const string Insert = """
        insert into aud_checkpoint (tenant_id, size, kind, at, day, day_first, published, document)
        values (@tenant, @size, @kind, @at, @day, @first, 0, @document)
            on conflict do nothing
        """;

    private const string ListNew = """
        select document
          from aud_checkpoint
         where published = 0 and (places & @place) = 0
         order by tenant_id, size, kind
         limit 200
        """;

    private const string MarkPublished = """
        update aud_checkpoint
           set places = places | @place,
               published = case when ((places | @place) & @all) = @all then 1 else 0 end
         where tenant_id = @tenant and size = @size and kind = @kind
        """;

    private const string ListBelow = """
        select document
          from aud_checkpoint
         where tenant_id = @tenant and size < @below
         order by size desc, kind desc
         limit @limit
        """;

    private const string ListAll = """
        select document
          from aud_checkpoint
         where tenant_id = @tenant
         order by size, kind
        """;

    // The smallest of its day that covers a place.
    private const string Covering = """
        select document
          from aud_checkpoint
         where tenant_id = @tenant and kind = 'checkpoint' and size >= @seq
         order by size
         limit 1
        """;

    // The last one of a finished day.
    private const string LastBefore = """
        select document
          from aud_checkpoint
         where tenant_id = @tenant and kind = 'checkpoint' and size < @seq
         order by size desc
         limit 1
        """;

    // The last of each day covers the day's entries, and so do those that say what was removed.
    private const string Thin = """
        delete from aud_checkpoint
         where tenant_id = @tenant and kind = 'checkpoint' and published = 1 and at < @before
           and exists (
               select 1
                 from aud_checkpoint later
                where later.tenant_id = aud_checkpoint.tenant_id and later.kind = 'checkpoint'
                  and later.size > aud_checkpoint.size and later.day = aud_checkpoint.day)
        """;

    /// <summary>Removes those of a workspace that are older and not the last of their day. Anchors and the blob store keep theirs.</summary>
    /// <returns>How many.</returns>
    public static async ValueTask<int> ThinAsync(DbSession session, long tenant, long before)
    {
        using var statement = session.Sql(Thin).Set("tenant", tenant).Set("before", before);
        return await statement.ExecuteAsync();
    }

    public static async ValueTask AddAsync(DbSession session, AuditCheckpoint document)
    {
        var day = DateOnly.ParseExact(document.Day, "yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture).DayNumber - DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber;
        using var statement = session.Sql(Insert)
            .Set("tenant", document.Workspace).Set("size", document.Size).Set("kind", document.Kind).Set("at", document.At)
            .Set("day", day).Set("first", document.DayFirst).Set("document", document.ToCanonical());
        await statement.ExecuteAsync();
    }

    /// <summary>Those that a place has not got yet, the oldest of each chain first.</summary>
    public static ValueTask<List<AuditCheckpoint>> ListNewAsync(DbSession session, long place) => ListAsync(session.Sql(ListNew).Set("place", place));

    /// <param name="session">A transaction.</param>
    /// <param name="document">What was published.</param>
    /// <param name="place">Where.</param>
    /// <param name="all">All places that there are, or-ed.</param>
    public static async ValueTask MarkPublishedAsync(DbSession session, AuditCheckpoint document, long place, long all)
    {
        using var statement = session.Sql(MarkPublished).Set("place", place).Set("all", all).Set("tenant", document.Workspace).Set("size", document.Size).Set("kind", document.Kind);
        await statement.ExecuteAsync();
    }

    /// <summary>Those below a size, the largest first.</summary>
    public static ValueTask<List<AuditCheckpoint>> ListBelowAsync(DbSession session, long tenant, long below, int limit) =>
        ListAsync(session.Sql(ListBelow).Set("tenant", tenant).Set("below", below).Set("limit", limit));

    public static ValueTask<List<AuditCheckpoint>> ListAsync(DbSession session, long tenant) => ListAsync(session.Sql(ListAll).Set("tenant", tenant));

    public static async ValueTask<AuditCheckpoint?> FindCoveringAsync(DbSession session, long tenant, long seq) =>
        (await ListAsync(session.Sql(Covering).Set("tenant", tenant).Set("seq", seq))).FirstOrDefault();

    public static async ValueTask<AuditCheckpoint?> FindLastBeforeAsync(DbSession session, long tenant, long seq) =>
        (await ListAsync(session.Sql(LastBefore).Set("tenant", tenant).Set("seq", seq))).FirstOrDefault();

    private static async ValueTask<List<AuditCheckpoint>> ListAsync(DbStatement statement)
    {
        using (statement)
            return await statement.ListAsync(static row => AuditCheckpoint.Parse(row.GetString(0)));
    }
}
