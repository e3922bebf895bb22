using System.Text.Json;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Features;

/// <summary>
/// Carries the rows of a view's earlier storage versions over to its newest, so that what was pushed online only is not lost. It may be done
/// again at any time: rows of the same or later times stay.
/// </summary>
internal sealed class CarryJob(Db db, Projects projects, IOnlineStore store, TimeProvider time) : IJobHandler
{
    public const string JobKind = "features.carry";

    public string Kind => JobKind;

    public JobPolicy Policy { get; } = new() { MaxAttempts = 50, FirstRetry = TimeSpan.FromSeconds(1), LongestRetry = TimeSpan.FromMinutes(5) };

    public async Task<Result<string?>> RunAsync(JobContext job, CancellationToken cancel)
    {
        var asked = JsonSerializer.Deserialize(job.Payload, CarryJson.Default.CarryPayload)!;
        // This server may not have seen the change yet.
        await projects.RefreshAsync(job.Actor, asked.Project, cancel);
        if ((await projects.FindAsync(job.Actor, asked.Project, cancel)).Failed(out var failure, out var project))
            return failure.Kind is FailureKind.NotFound ? (string?)null : failure;
        // What was changed again has a job of its own, which carries all that this one would.
        if (!project.Views.TryGetValue(asked.View, out var view) || view.Id != asked.ViewId || view.StorageVersion != asked.StorageVersion || !view.IsOnline)
            return (string?)null;
        var total = 0L;
        foreach (var earlier in Before(project, view))
        {
            if (CarriedFields.Of(earlier, view) is not { } fields)
                continue;
            if ((await CarryAsync(job, project, earlier, view, fields, cancel)).Failed(out failure, out var carried))
                return failure;
            total += carried;
        }

        return $$"""{"rows":{{total.ToString(System.Globalization.CultureInfo.InvariantCulture)}}}""";
    }

    /// <summary>Earlier storage versions, newest first, since the view was last removed: a removal takes a number of its own.</summary>
    internal static IEnumerable<FeatureView> Before(FeatureProject project, FeatureView view)
    {
        var last = view.StorageVersion;
        for (var number = view.Version - 1; number > 0 && project.ViewVersions.TryGetValue((view.Name, number), out var earlier) && earlier.Id == view.Id; number--)
        {
            if (earlier.StorageVersion == last)
                continue;
            last = earlier.StorageVersion;
            if (earlier.IsOnline)
                yield return earlier;
        }
    }

    private async Task<Result<long>> CarryAsync(
        JobContext job, FeatureProject project, FeatureView from, FeatureView to, CarriedFields fields, CancellationToken cancel)
    {
        var (old, table) = (OnlineTable.Of(project, from), OnlineTable.Of(project, to));
        var (total, newest) = (0L, (long?)null);
        await foreach (var page in store.ScanAsync(old, cancel))
        {
            if (page.Failed(out var failure, out var rows))
                return failure;
            List<OnlineWrite> writes = [.. rows.Select(row => (row.Key, Row: fields.Carry(row.Row))).Where(static row => row.Row is not null).Select(static row => new OnlineWrite(row.Key, row.Row!.Value))];
            if (writes.Count == 0)
                continue;
            if ((await store.WriteAsync(table, writes, EqualTimes.Keep, cancel)).Failed(out failure, out var taken))
                return failure;
            if (taken > 0 && (await TakeBackErasedAsync(old, table, writes, cancel)).Failed(out failure, out _))
                return failure;
            total += taken;
            newest = Math.Max(newest ?? long.MinValue, writes.Max(static write => write.Row.EventTime));
            job.Report(0.5, $"{to.Name}: {total} rows carried over from version {from.Version}");
        }

        if (newest is not null)
        {
            await db.WriteAsync<Done>(async session =>
            {
                await MaterializationStore.AdvanceAsync(session, table, since: null, until: null, created: null, newest, time.GetUtcNow().ToUnixTimeMilliseconds());
                return Done.Ok;
            }, cancel);
        }

        return total;
    }

    // An erasure deletes from the older table first: what is in it no more was erased while it was on its way here.
    private async Task<Result<Done>> TakeBackErasedAsync(OnlineTable old, OnlineTable table, List<OnlineWrite> writes, CancellationToken cancel)
    {
        byte[][] keys = [.. writes.Select(static write => write.Key)];
        var found = new OnlineRow[keys.Length];
        if ((await store.ReadAsync(old, keys, found, cancel)).Failed(out var failure, out _))
            return failure;
        byte[][] gone = [.. keys.Where((_, at) => !found[at].Exists)];
        return gone.Length > 0 && (await store.DeleteAsync(table, gone, cancel)).Failed(out failure, out _) ? failure : Done.Ok;
    }
}
