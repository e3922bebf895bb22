using Orrery.Governance;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Delivery;

/// <summary>Tells risk and checks what was delivered before. How this server's own deployments fare Serving tells; here are the targets elsewhere.</summary>
internal sealed class DeliveryHistory(Db db) : IDeliveryHistory
{
    private const string Local = "local";

    public async ValueTask<bool> WasBroughtAsync(Actor actor, string environment, IReadOnlySet<string> models, CancellationToken cancel) =>
        await db.ReadAsync(session => DeliveryHistoryStore.WasBroughtAsync(session, actor.Workspace, environment, models), cancel);

    public async ValueTask<DateTimeOffset?> ProvenSinceAsync(Actor actor, string model, string packageSha256, CancellationToken cancel)
    {
        if (packageSha256.Length == 0)
            return null;
        var found = await db.ReadAsync(session => DeliveryHistoryStore.ListAsync(session, actor.Workspace, model), cancel);
        long? since = null;
        // Newest first; what counts at a place is what became of these files there last.
        foreach (var place in found.Where(one => one.Plan.TargetKind is { } kind && kind != Local && one.Plan.ModelSha256 == packageSha256).GroupBy(static one => (one.Environment, one.Name)))
        {
            var last = place.First();
            if (last.State is DeliveryStates.RolledBack or DeliveryStates.Failed)
                return null;
            if (last is { State: DeliveryStates.Succeeded, IsReplaced: false } && (since is null || last.DeployedAt < since))
                since = last.DeployedAt;
        }

        return since is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null;
    }
}
