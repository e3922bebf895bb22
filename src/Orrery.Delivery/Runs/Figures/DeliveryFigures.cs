using System.Globalization;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Serving;
using Orrery.Storage;

namespace Orrery.Delivery;

/// <summary>The four figures of delivery, as DORA defines them (https://dora.dev/guides/dora-metrics-four-keys/).</summary>
internal sealed class DeliveryFigures(Db db, ServingOptions serving, TimeProvider time)
{
    private const int Most = 10_000;
    private static readonly TimeSpan Default = TimeSpan.FromDays(30);

    /// <summary>Of the deliveries that users had since a time, however long ago they were asked for; <c>delivery.invalid_time</c>, <c>delivery.unknown_environment</c>, <c>delivery.too_many</c> beyond 10,000.</summary>
    /// <param name="actor">Whose workspace.</param>
    /// <param name="model">Only of this registered model.</param>
    /// <param name="environment">Only to there.</param>
    /// <param name="since">RFC 3339, Unix milliseconds, or days back such as <c>7d</c>; null for 30 days.</param>
    /// <param name="cancel">Ends with the request.</param>
    public async ValueTask<Result<DeliveryMetrics>> OfAsync(Actor actor, string? model, string? environment, string? since, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        string? name = null;
        if (environment is not null && EnvironmentNames.Find(serving, environment).Failed(out var unknown, out name))
            return unknown;
        if (TimeOf(since, now) is not { } begin)
            return Failure.Invalid("delivery.invalid_time", $"'since' is '{since}'; it must be a time before now, such as 2026-01-31T00:00:00Z, Unix milliseconds, or days such as 7d.");
        var until = now.ToUnixTimeMilliseconds() + 1;
        var (rows, stages) = await db.SnapshotAsync(
            async session => (
                await DeliveryStore.SinceAsync(session, actor.Workspace, begin, until, model, name, Most + 1),
                await StageStore.BetweenAsync(session, actor.Workspace, begin, until, model, name, (Most + 1) * StageNames.All.Count)),
            cancel);
        return rows.Count > Most
            ? Failure.Invalid("delivery.too_many", $"There are more than {Most} deliveries since then; ask for a shorter time, a model or an environment.")
            : Of(rows, stages, begin, until);
    }

    /// <summary>Computes them.</summary>
    public static DeliveryMetrics Of(IReadOnlyList<DeliveryRow> rows, IReadOnlyList<StageRow> stages, long since, long until)
    {
        var deployed = rows.Where(row => row.DeployedAt >= since && row.DeployedAt < until).ToList();
        var failed = deployed.Where(static row => row.State is DeliveryStates.RolledBack or DeliveryStates.Failed).ToList();
        return new()
        {
            Since = since,
            Until = until - 1,
            Requested = rows.Count(row => row.RequestedAt >= since && row.RequestedAt < until),
            Deployed = deployed.Count,
            FailedChanges = failed.Count,
            DeploymentsPerDay = deployed.Count / Math.Max((until - 1 - since) / (double)TimeSpan.FromDays(1).TotalMilliseconds, 1e-9),
            ChangeFailureRate = deployed.Count == 0 ? null : (double)failed.Count / deployed.Count,
            LeadTimeFromVersion = Durations(deployed.Where(static row => row.Plan.VersionAt > 0).Select(static row => row.DeployedAt!.Value - row.Plan.VersionAt)),
            LeadTimeFromRequest = Durations(deployed.Select(static row => row.DeployedAt!.Value - row.RequestedAt)),
            TimeToRestore = Durations(failed.Where(static row => row.RolledBackAt is not null).Select(static row => row.RolledBackAt!.Value - (row.Plan.FailedAt ?? row.DeployedAt!.Value))),
            Stages =
            [
                .. StageNames.All.Select(name => (Name: name, Ended: stages.Where(stage => stage.Name == name && stage.StartedAt is not null && stage.EndedAt is not null).ToList()))
                    .Where(static one => one.Ended.Count > 0)
                    .Select(static one => new StageFigures
                    {
                        Stage = one.Name,
                        Durations = Durations(one.Ended.Select(static stage => stage.EndedAt!.Value - stage.StartedAt!.Value))!,
                        Failed = one.Ended.Count(static stage => stage.State == "failed"),
                    }),
            ],
        };
    }

    private static DurationFigures? Durations(IEnumerable<long> milliseconds)
    {
        var seconds = milliseconds.Select(static one => one / 1000.0).ToList();
        return seconds.Count == 0 ? null : new() { Count = seconds.Count, P50Seconds = Quantiles.Of(seconds, 0.5), P95Seconds = Quantiles.Of(seconds, 0.95) };
    }

    private static long? TimeOf(string? text, DateTimeOffset now)
    {
        if (string.IsNullOrEmpty(text))
            return (now - Default).ToUnixTimeMilliseconds();
        if (text[^1] is 'd' && int.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var days) && days is >= 1 and <= 3660)
            return now.AddDays(-days).ToUnixTimeMilliseconds();
        var at = long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds)
            ? milliseconds
            : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time.ToUnixTimeMilliseconds() : -1;
        return at >= 0 && at < now.ToUnixTimeMilliseconds() ? at : null;
    }
}
