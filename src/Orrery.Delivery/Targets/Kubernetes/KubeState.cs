using System.Text.Json.Nodes;
using Orrery.Contracts;
using Orrery.Kernel;

namespace Orrery.Delivery;

/// <summary>Looks at InferenceServices in clusters.</summary>
internal sealed class KubeState(KubeClients clients)
{
    /// <summary>How an order's delivery stands in its cluster.</summary>
    public async ValueTask<Result<ReleaseState>> LookAsync(Actor actor, ReleaseOrder order, KserveSettings settings, CancellationToken cancel)
    {
        if ((await FindAsync(actor, order.Target.Environment, settings, KubeNames.Of(order.Name), cancel)).Failed(out var failure, out var live))
            return failure;
        if (live is null)
            return new ReleaseState("waiting", $"The cluster has no InferenceService {settings.Namespace}/{KubeNames.Of(order.Name)} yet.", null, null);
        var (state, reason) = Readiness.Of(live, order.DeliveryId);
        return new ReleaseState(state, reason, (string?)live["metadata"]?["resourceVersion"], null) { Percent = ManifestText.PercentOf(live, order.DeliveryId) };
    }

    /// <summary>An InferenceService of a target's cluster; null for none.</summary>
    public async ValueTask<Result<JsonObject?>> FindAsync(Actor actor, string environment, KserveSettings settings, string name, CancellationToken cancel) =>
        (await clients.OfAsync(actor, environment, settings, cancel)).Failed(out var wrong, out var client) ? wrong : await client.FindAsync(settings.Namespace, name, cancel);
}
