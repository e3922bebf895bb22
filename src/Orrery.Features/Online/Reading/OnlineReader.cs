using Orrery.Kernel;

namespace Orrery.Features;

/// <summary>Reads what a plan needs: all rows of a view in one call to the store, all views at once, then on-demand views. Thread-safe.</summary>
internal sealed class OnlineReader(IOnlineStore store, FeatureMetrics metrics, TimeProvider time)
{
    /// <summary>Reads the rows of a request.</summary>
    /// <param name="call">What was asked; takes the rows.</param>
    /// <param name="cancel">Stops waiting.</param>
    /// <returns>Why not, or null.</returns>
    public async ValueTask<Failure?> ReadAsync(OnlineCall call, CancellationToken cancel)
    {
        var plan = call.Plan;
        var count = call.Entities.Count;
        call.Answer.Begin(plan.Reads.Count, count);
        if (count > 0 && await ReadRowsAsync(call, cancel) is { } failure)
            return failure;
        var now = (time.GetUtcNow().UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) / TimeSpan.TicksPerMicrosecond;
        for (var read = 0; read < plan.Reads.Count; read++)
            Judge(call, read, now);
        if (plan.OnDemand.Count > 0)
            return OnDemandReading.Compute(call);
        return null;
    }

    private async ValueTask<Failure?> ReadRowsAsync(OnlineCall call, CancellationToken cancel)
    {
        var reads = call.Plan.Reads;
        metrics.StoreRead(reads.Count * call.Entities.Count);
        List<Task<Result<Done>>>? waiting = null;
        for (var at = 0; at < reads.Count; at++)
        {
            var asked = store.ReadAsync(reads[at].Table, call.Entities.Keys(reads[at].Keys), call.Answer.Rows(at), cancel);
            if (!asked.IsCompletedSuccessfully)
                (waiting ??= new(reads.Count)).Add(asked.AsTask());
            else if (asked.GetAwaiter().GetResult().Failure is { } failure)
                return await FirstAsync(waiting) ?? failure;
        }

        return await FirstAsync(waiting);
    }

    // All are waited for: they write into rows that are pooled.
    private static async ValueTask<Failure?> FirstAsync(List<Task<Result<Done>>>? waiting)
    {
        if (waiting is null)
            return null;
        var answers = await Task.WhenAll(waiting);
        return Array.Find(answers, static answer => !answer.Succeeded).Failure;
    }

    private void Judge(OnlineCall call, int at, long now)
    {
        var read = call.Plan.Reads[at];
        var (ttl, isAsked) = (read.Ttl, false);
        if (call.Ttl is { } given && given.TryFind(read.View, out var other))
            (ttl, isAsked) = (other, true);
        // Feast knows no ttl online; one that the request names holds all the same.
        var expired = call.IsFeast && !isAsked ? RowStatus.Stale : RowStatus.Expired;
        var rows = call.Answer.Rows(at).Span;
        var statuses = call.Answer.Statuses(at);
        var (present, old) = (0, 0);
        for (var row = 0; row < rows.Length; row++)
        {
            if (!rows[row].Exists || !RowReader.TryOpen(read.Layout, rows[row].Blob, out _))
            {
                statuses[row] = RowStatus.NotFound;
                continue;
            }

            var isOld = ttl is { } longest && now - rows[row].EventTime > longest;
            statuses[row] = isOld ? expired : RowStatus.Present;
            present += isOld ? 0 : 1;
            old += isOld ? 1 : 0;
        }

        metrics.Found(read.View.Name, present, rows.Length - present - old, old);
    }
}
