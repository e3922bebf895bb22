using System.Globalization;
using System.Text.Json;
using Orrery.Audit;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Tracking;

/// <summary>Asks for garbage collections.</summary>
internal sealed class GcRequests(Db db, Jobs jobs, AuditLog audit, TrackingOptions options, TimeProvider time)
{
    public const string Kind = "tracking.gc";

    private const int MaxExperiments = 1000;
    private static readonly TimeSpan DefaultAge = TimeSpan.FromDays(30);

    /// <summary>Enqueues a collection, or finds the unfinished one that was asked for in the same words.</summary>
    /// <returns>The job, or <c>tracking.invalid_gc</c>.</returns>
    public async ValueTask<Result<Storage.Job>> AskAsync(Actor actor, GcRequest asked, CancellationToken cancel)
    {
        var age = asked.OlderThan ?? options.Retention ?? DefaultAge;
        var now = time.GetUtcNow();
        if (age < TimeSpan.Zero || age > now - DateTimeOffset.UnixEpoch)
            return Failure.Invalid("tracking.invalid_gc", $"older_than is {age}; it must not be negative, nor longer ago than 1970.");
        if (asked.ExperimentIds.Count > MaxExperiments)
            return Failure.Invalid("tracking.invalid_gc", $"experiment_ids has {asked.ExperimentIds.Count} entries; it may have {MaxExperiments}.");
        if (asked.ExperimentIds.FirstOrDefault(static id => Experiments.ParseId(id) is null) is { } unknown)
            return Experiments.NotFound(unknown);

        long[] experiments = [.. asked.ExperimentIds.Select(static id => Experiments.ParseId(id)!.Value).Distinct().Order()];
        var order = new GcOrder((now - age).ToUnixTimeMilliseconds(), asked.DryRun, experiments);
        var words = string.Create(CultureInfo.InvariantCulture, $"{age} {asked.DryRun} {string.Join(',', experiments)}");
        var enqueued = await db.WriteAsync<JobId>(async session =>
        {
            var (job, isNew) = await jobs.FindOrEnqueueAsync(session, actor, Kind, JsonSerializer.Serialize(order, GcJson.Default.GcOrder), words);
            // The same words find the job that was asked for before: nothing is new then.
            if (isNew)
                await audit.AppendAsync(session, actor, new AuditRecord("gc.request", "job", job.ToString()) with { After = StateHash.Of(order) });
            return job;
        }, cancel);
        return enqueued.Failed(out var failure, out var id) ? failure : (await jobs.FindAsync(actor, id, cancel))!;
    }
}
