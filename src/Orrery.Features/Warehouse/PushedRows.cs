using Orrery.Kernel;
using Orrery.Native;
using Orrery.Storage;

namespace Orrery.Features;

/// <summary>The history of push sources that keep it here: rows in the metadata database, and Parquet files of older ones.</summary>
internal sealed class PushedRows(Db db, FileCache cache, Jobs jobs)
{
    private const int Page = 5000;
    private long _tables;

    /// <summary>The rows as a relation of an engine, up to the last one there is now, or up to a given one.</summary>
    public async ValueTask<Result<SourceRelation>> RelationAsync(
        DuckLease lease, FeatureProject project, FeatureSource source, SourceSnapshot snapshot, CancellationToken cancel, long? until = null)
    {
        // Rows move from the table to files, never back: what is read of the table first and of the files then misses nothing, and
        // what is in both is left out of the table's by the last sequence of the files.
        var table = FormattableString.Invariant($"orrery_pushed{Interlocked.Increment(ref _tables)}");
        lease.Connection.Execute(PushedSql.Create(table), cancel);
        var last = until ?? long.MaxValue;
        var newest = await FillAsync(lease, table, project, source, last, cancel);
        var segments = await db.ReadAsync(session => PushedStore.SegmentsAsync(session, project.Workspace, project.Name, source.Name), cancel);
        var files = new List<string>();
        foreach (var segment in segments.Where(segment => segment.First <= last))
        {
            if (await cache.OfBlobAsync(project.Workspace, segment.BlobKey, segment.Sha256, ".parquet", cancel) is not { } path)
                return Failure.Unavailable("features.source_unreadable", $"Source {source.Name}: the rows {segment.First} to {segment.Last} are not in the blob store.");
            files.Add(Quote.Text(path));
            newest = Math.Max(newest, segment.Last);
        }

        snapshot.AddPushed(source, Math.Min(newest, last));
        return Relation(source, PushedSql.Rows(table, files, segments.Count > 0 ? segments[^1].Last : 0, last));
    }

    private async ValueTask<long> FillAsync(DuckLease lease, string table, FeatureProject project, FeatureSource source, long until, CancellationToken cancel)
    {
        var (after, count) = (0L, 0);
        using var appender = lease.Connection.Appender(table);
        for (; ; )
        {
            var rows = await db.ReadAsync(session => PushedStore.ListAsync(session, project.Workspace, project.Name, source.Name, after, until, Page), cancel);
            foreach (var row in rows)
                Append(appender, row);
            count += rows.Count;

            if (rows.Count > 0)
                after = rows[^1].Sequence;
            if (rows.Count < Page)
                break;
        }

        appender.Close(cancel);
        if (count >= PushedCompaction.Rows)
            _ = await db.WriteAsync<JobId>(async session => await PushedCompaction.EnqueueAsync(session, jobs, project, source), cancel);
        return after;
    }

    /// <summary>Adds a row to such a table.</summary>
    public static void Append(DuckAppender appender, HistoryRow row)
    {
        appender.Append(row.Sequence).Append(row.EventTime);
        _ = row.CreatedTime is { } created ? appender.Append(created) : appender.AppendNull();
        appender.Append(row.Columns).EndRow();
    }

    /// <summary>Such a table as the source's relation.</summary>
    public static SourceRelation Relation(FeatureSource source, string from) => new()
    {
        Source = source,
        From = from,
        Sequence = "sequence",
        Find = name => name == source.TimestampColumn ? new(name, "event_time", SourceType.Micros, "BIGINT")
            : name == source.CreatedColumn ? new(name, "created_time", SourceType.Micros, "BIGINT")
            : new(name, $"json_extract_string(columns, {Quote.Text(JsonPath(name))})", SourceType.Text, "JSON"),
    };

    // JSON pointers take any name: '~' and '/' are escaped.
    private static string JsonPath(string name) => "/" + name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);
}
