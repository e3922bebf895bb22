using Microsoft.AspNetCore.Http;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Serving;

namespace Orrery.Delivery;

/// <summary>Whether the one who asks may read the features that the version looks up: a delivery is done in their name, when they are not there any more.</summary>
internal sealed class DeliveryRights(Releases releases)
{
    /// <summary>Why not; null when they may.</summary>
    public ValueTask<Failure?> ProblemAsync(HttpContext context, StartDelivery spec, CancellationToken cancel)
    {
        var variant = (spec.Variant ?? new VariantSpec()) with { Name = LocalTraffic.Stable, Model = spec.Model, Version = spec.Version, Weight = 100 };
        return releases.RightsProblemAsync(context, spec.Environment, spec.Name!, new DeploymentSpec { Variants = [variant] }, cancel);
    }
}
