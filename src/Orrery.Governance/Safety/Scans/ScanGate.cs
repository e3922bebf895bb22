using System.Globalization;
using Orrery.Kernel;
using Orrery.Registry;

namespace Orrery.Governance;

/// <summary>Keeps versions out of production whose files the scan refuses.</summary>
/// <param name="packages">Asked late: the registry's versions know their gates, and its packages know the versions.</param>
internal sealed class ScanGate(Func<Packages> packages) : IPromotionGate
{
    public async ValueTask<Failure?> CheckAsync(Actor actor, ModelVersion version, CancellationToken cancel)
    {
        var found = await packages().GetForUseAsync(actor, version.Name, version.Version.ToString(CultureInfo.InvariantCulture), cancel);
        // One whose files have not been read yet cannot be loaded either; it is judged when somebody wants to.
        return found.Failure is { Code: not "registry.package_not_read" } refused ? refused : null;
    }
}
