using System.Globalization;
using Microsoft.Extensions.Logging;
using Orrery.Kernel;
using Orrery.Storage;
using Orrery.Tenancy;

namespace Orrery.Serving;

/// <summary>Counts what each model's predictions use, every ten minutes: the model pays for what serves it. What KServe serves is not seen from here.</summary>
internal sealed class ServingMeter(ServingMetrics metrics, ActiveDeployments active, Db db, UsageLedger ledger, ServerIdentity server, TimeProvider time, ILogger<ServingMeter> logger)
    : UsageMeter(TimeSpan.FromMinutes(10), db, ledger, time, logger)
{
    /// <inheritdoc/>
    protected override IEnumerable<(Actor Actor, IReadOnlyList<UsageFact> Facts)> Take(DateTimeOffset from, DateTimeOffset to)
    {
        var keys = string.Create(CultureInfo.InvariantCulture, $"serving/{server.Name}/{to.ToUnixTimeMilliseconds()}");
        return UsageShares.Of(keys, from, to, metrics.TakeUses(), Memory(), Environment.ProcessorCount).GroupBy(static one => one.Workspace, static one => one.Fact)
            .Select(static facts => (Actor.System(facts.Key, ""), (IReadOnlyList<UsageFact>)[.. facts]));
    }

    // A model that several deployments have is in memory once.
    private List<(WorkspaceId Workspace, string Model, long Bytes)> Memory() =>
    [
        .. active.All.SelectMany(static deployment => deployment.Answering.Concat(deployment.Shadows).Select(variant => (deployment.Row.Key.Workspace, variant.Spec.Model, variant.Slot)))
            .DistinctBy(static one => one.Slot).Select(static one => (one.Workspace, one.Model, one.Slot.MemoryBytes)),
    ];
}
