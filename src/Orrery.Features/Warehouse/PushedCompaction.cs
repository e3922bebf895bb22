using System.Text.Json;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Features;

/// <summary>
/// Writes pushed rows of a source to Parquet files when there are many in the database. A row is in one of the two at any time: a file and the
/// rows that it takes away are one transaction, which is given up when any of the rows was erased meanwhile.
/// </summary>
internal sealed class PushedCompaction(Db db, DuckEngines engines, IBlobs blobs, TimeProvider time) : IJobHandler
{
    public const string JobKind = "features.compact";

    /// <summary>Rows in the database beyond which a file is written, and of one file.</summary>
    public const int Rows = 50_000;

    private const int Page = 5000;

    public string Kind => JobKind;

    /// <summary>Asks for the rows of a source to be written to files; nothing happens while that is done already.</summary>
    public static ValueTask<JobId> EnqueueAsync(DbSession session, Jobs jobs, FeatureProject project, FeatureSource source) => jobs.EnqueueAsync(
        session,
        Actor.System(project.Workspace, project.WorkspaceName),
        JobKind,
        JsonSerializer.Serialize(new CompactionWork(project.Name, source.Name), CompactionJson.Default.CompactionWork),
        dedupeKey: $"{project.Name}/{source.Name}");

    public async Task<Result<string?>> RunAsync(JobContext job, CancellationToken cancel)
    {
        var work = JsonSerializer.Deserialize(job.Payload, CompactionJson.Default.CompactionWork)!;
        long moved = 0;
        for (; ; )
        {
            var done = await MoveAsync(job, work, cancel);
            if (done.Failed(out var failure, out var rows))
                return failure;
            if (rows == 0)
                return FormattableString.Invariant($"{{\"rows\":{moved}}}");
            moved += rows;
            job.Report(0.5, FormattableString.Invariant($"{moved} rows written"));
        }
    }

    private async Task<Result<long>> MoveAsync(JobContext job, CompactionWork work, CancellationToken cancel)
    {
        var (actor, rows) = (job.Actor, new List<HistoryRow>());
        for (long after = 0; rows.Count < Rows; after = rows[^1].Sequence)
        {
            var page = await db.ReadAsync(session => PushedStore.ListAsync(session, actor.Workspace, work.Project, work.Source, after, long.MaxValue, Page), cancel);
            rows.AddRange(page);
            if (page.Count < Page)
                break;
        }

        // Rows of a push that is not online yet stay where it is finished from. Asked after they were read: what began since has later rows.
        var open = await db.ReadAsync(session => PushStore.FirstOpenAsync(session, actor.Workspace, work.Project, work.Source), cancel);
        rows.RemoveAll(row => row.Sequence >= open);
        if (rows.Count < Rows)
            return 0;
        var key = FormattableString.Invariant($"{actor.WorkspaceName}/features/pushed/{work.Project}/{work.Source}/{rows[0].Sequence}-{Guid.CreateVersion7(time.GetUtcNow()):N}.parquet");
        if ((await WriteAsync(actor, rows, key, cancel)).Failed(out var refused, out var blob))
            return refused;
        var segment = new PushedSegment(rows[0].Sequence, rows[^1].Sequence, rows.Count, key, blob.Size, blob.Sha256!);
        var stored = await db.WriteAsync<Done>(async session =>
        {
            if ((await job.GuardAsync(session)).Failure is { } lost)
                return lost;
            var taken = await PushedStore.MoveAsync(session, actor.Workspace, work.Project, work.Source, segment, time.GetUtcNow().ToUnixTimeMilliseconds());
            return taken == rows.Count ? Done.Ok : Failure.Unavailable("features.rows_changed", "Pushed rows were erased while they were written to a file.");
        }, cancel);
        if (stored.Failure is not { } failure)
            return rows.Count;
        await blobs.DeleteAsync(key, CancellationToken.None);
        return failure;
    }

    private async Task<Result<BlobInfo>> WriteAsync(Actor actor, List<HistoryRow> rows, string key, CancellationToken cancel)
    {
        const string Table = "orrery_pushed";
        if ((await engines.LeaseAsync(actor.Workspace, cancel)).Failed(out var busy, out var lease))
            return busy;
        using (lease)
        {
            lease.Connection.Execute(PushedSql.Create(Table), cancel);
            using (var appender = lease.Connection.Appender(Table))
            {
                foreach (var row in rows)
                    PushedRows.Append(appender, row);
                appender.Close(cancel);
            }

            var path = lease.NewFile(".parquet");
            lease.Connection.Execute(PushedSql.Export(Table, path), cancel);
            await using var content = File.OpenRead(path);
            return await blobs.PutAsync(key, content, cancel);
        }
    }
}

/// <summary>Which source's rows are written.</summary>
internal sealed record CompactionWork(string Project, string Source);

/// <summary>JSON of the job's payload.</summary>
[System.Text.Json.Serialization.JsonSerializable(typeof(CompactionWork))]
internal sealed partial class CompactionJson : System.Text.Json.Serialization.JsonSerializerContext;
