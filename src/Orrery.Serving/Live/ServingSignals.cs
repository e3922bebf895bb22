using Orrery.Kernel;

namespace Orrery.Serving;

/// <summary>How variants fare on this server, for modules above that watch them.</summary>
public sealed class ServingSignals
{
    private readonly ServingMetrics _metrics;
    private readonly ActiveDeployments _active;

    internal ServingSignals(ServingMetrics metrics, ActiveDeployments active) => (_metrics, _active) = (metrics, active);

    /// <summary>Of every variant that this server counts or answers with now; shadows are left out.</summary>
    public IReadOnlyList<ServingSignal> Read()
    {
        var found = new Dictionary<(WorkspaceId, string, string, string, string), ServingSignal>();
        foreach (var one in _metrics.Variants.Where(static one => !one.Spec.Shadow))
        {
            var (all, failed, unanswered) = one.Totals();
            var signal = new ServingSignal(one.Key.Workspace, one.Key.Environment, one.Key.Name, one.Spec.Model, one.Spec.Version, all, failed, unanswered, one.Live().P95Ms, false);
            var key = Key(signal);
            // A version may be several variants of one deployment: a canary that became stable.
            found[key] = found.TryGetValue(key, out var other)
                ? signal with { Requests = all + other.Requests, Failed = failed + other.Failed, Unanswered = unanswered + other.Unanswered, P95Ms = Larger(signal.P95Ms, other.P95Ms) }
                : signal;
        }

        foreach (var deployment in _active.All)
        {
            foreach (var variant in deployment.Answering)
            {
                var signal = new ServingSignal(deployment.Row.Key.Workspace, deployment.Row.Key.Environment, deployment.Row.Key.Name, variant.Model, variant.Version, 0, 0, 0, null, true);
                var key = Key(signal);
                found[key] = found.TryGetValue(key, out var counted) ? counted with { IsReady = true } : signal;
            }
        }

        return [.. found.Values];
    }

    private static double? Larger(double? left, double? right) => left is null ? right : right is null ? left : Math.Max(left.Value, right.Value);

    private static (WorkspaceId, string, string, string, string) Key(ServingSignal one) => (one.Workspace, one.Environment, one.Deployment, one.Model, one.Version);
}

/// <summary>How a version fares in a deployment on this server. Counts are since the server started.</summary>
/// <param name="Workspace">Whose.</param>
/// <param name="Environment">Where.</param>
/// <param name="Deployment">Its name.</param>
/// <param name="Model">Registered model.</param>
/// <param name="Version">Its version's number.</param>
/// <param name="Requests">Predictions asked for.</param>
/// <param name="Failed">Those that failed here: errors of the model, too slow, overloaded.</param>
/// <param name="Unanswered">Those of the failed that were too slow or not taken on.</param>
/// <param name="P95Ms">Of about the last minute, milliseconds; null without any.</param>
/// <param name="IsReady">Whether this server answers with it.</param>
public sealed record ServingSignal(
    WorkspaceId Workspace, string Environment, string Deployment, string Model, string Version, long Requests, long Failed, long Unanswered, double? P95Ms, bool IsReady);
