using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Delivery;

/// <summary>Looks how a version fares while it gets its traffic step by step.</summary>
internal sealed class CanaryGuard(Db db, TimeProvider time)
{
    private const long LeastBaseline = 20;
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    /// <summary>p95 of what answered in the hour before, milliseconds; null where it was asked fewer than 20 times.</summary>
    public async ValueTask<double?> BaselineAsync(Actor actor, DeliveryRow row, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        var (requests, p95) = await db.ReadAsync(
            session => SignalStore.BeforeAsync(session, actor.Workspace, row, (now - Hour).ToUnixTimeMilliseconds(), now.ToUnixTimeMilliseconds()), cancel);
        return requests >= LeastBaseline ? p95 : null;
    }

    /// <summary>Why a canary must not get more; null for nothing. What it did since its step began counts, when it was asked often enough.</summary>
    public async ValueTask<string?> ProblemAsync(Actor actor, DeliveryRow row, RollbackThresholds thresholds, CancellationToken cancel)
    {
        if (thresholds.Enabled == false)
            return null;
        var signals = await db.ReadAsync(session => SignalStore.ListAsync(session, actor.Workspace, row, row.Plan.StepAt ?? 0), cancel);
        return Problem(signals, thresholds, row.Plan.BaselineP95Ms);
    }

    internal static string? Problem(IReadOnlyList<SignalRow> signals, RollbackThresholds thresholds, double? baseline)
    {
        var requests = signals.Sum(static one => one.Requests);
        if (requests < thresholds.MinRequests)
            return null;
        var failed = 100.0 * signals.Sum(static one => one.Failed) / requests;
        if (failed > thresholds.ErrorPercent)
            return FormattableString.Invariant($"{failed:0.##} % of {requests} requests failed; {thresholds.ErrorPercent:0.##} % may.");
        var told = signals.Where(static one => one.P95Ms is not null && one.Requests > 0).ToList();
        var p95 = told.Count == 0 ? 0 : told.Sum(static one => one.P95Ms!.Value * one.Requests) / told.Sum(static one => one.Requests);
        return baseline is { } usual && p95 > thresholds.P95Ratio * usual ? FormattableString.Invariant($"its p95 is {p95:0.###} ms, more than {thresholds.P95Ratio:0.##} times the {usual:0.###} ms from before.") : null;
    }
}
