using Orrery.Governance;
using Orrery.Kernel;

namespace Orrery.Delivery;

/// <summary>Has governance's register keep what was taken back by itself.</summary>
internal sealed class IncidentDoor(Incidents incidents)
{
    /// <summary>Opens an incident, once for a delivery; its id.</summary>
    public async ValueTask<string?> OpenAsync(Actor actor, DeliveryRow row, RollbackReason reason, CancellationToken cancel)
    {
        var opened = await incidents.OpenAsync(
            actor,
            new()
            {
                Key = $"delivery/{row.Id}",
                Title = $"{row.Spec.Model} {row.Spec.Version} fares badly as {row.Name} in {row.Environment}",
                Severity = row.Environment == "production" ? "sev2" : "sev3",
                Kind = "automatic_rollback",
                Environment = row.Environment,
                Deployment = row.Name,
                Model = row.Spec.Model,
                Version = row.Spec.Version,
                DeliveryId = row.Id,
                StartedAt = reason.Since,
                Detail = reason.Text,
            },
            cancel);
        return opened.Failed(out _, out var incident) ? null : incident.Id;
    }

    /// <summary>Adds to its timeline.</summary>
    public async ValueTask AddAsync(Actor actor, string? incident, string kind, string text, CancellationToken cancel)
    {
        if (incident is not null)
            await incidents.AddEventAsync(actor, incident, kind, text.Length > 2000 ? text[..2000] : text, cancel);
    }
}
