using Microsoft.AspNetCore.Http;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Serving;

namespace Orrery.Delivery;

/// <summary>Whether the one who asks may read the features that the version looks up: a delivery is done in their name, when they are not there any more.</summary>
internal sealed class DeliveryRights(Releases releases)
{
    /// <summary>
    /// What is promoted is what was tried: without settings of its own the variant has those that its version answers with in the environment it comes from, but for its share
    /// and its instances.
    /// </summary>
    public async ValueTask<StartDelivery> AsTriedAsync(Actor actor, StartDelivery spec, CancellationToken cancel)
    {
        if (spec is not { From: { } from, Variant: null })
            return spec;
        var tried = (await releases.GetAsync(actor, from, spec.Name!, cancel)).Failed(out _, out var deployment)
            ? null
            : deployment.Spec.Variants.FirstOrDefault(one => !one.Shadow && one.Model == spec.Model && one.Version == spec.Version);
        return tried is null ? spec : spec with { Variant = tried with { Name = "", Weight = 0, Approval = null, MinReplicas = null, MaxReplicas = null, IdleSeconds = null } };
    }

    /// <summary>Why not; null when they may.</summary>
    public ValueTask<Failure?> ProblemAsync(HttpContext context, StartDelivery spec, CancellationToken cancel)
    {
        var variant = (spec.Variant ?? new VariantSpec()) with { Name = LocalTraffic.Stable, Model = spec.Model, Version = spec.Version, Weight = 100 };
        return releases.RightsProblemAsync(context, spec.Environment, spec.Name!, new DeploymentSpec { Variants = [variant] }, cancel);
    }
}
