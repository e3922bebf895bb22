using System.Text.Json;
using Orrery.Features;
using Orrery.Kernel;
using Orrery.Registry;
using Orrery.Storage;

namespace Orrery.Governance;

/// <summary>Has risk assessed anew when tags of models, or marks of features, change.</summary>
internal sealed class RiskEvents(Db db, Jobs jobs) : IEventHandler
{
    public string Name => "governance.risk";

    public IReadOnlySet<string> Events { get; } = new HashSet<string>
    {
        RegistryEvent.Names.ModelTagSet, RegistryEvent.Names.ModelTagRemoved, RegistryEvent.Names.VersionTagSet, RegistryEvent.Names.VersionTagRemoved, RegistryEvent.Names.ModelRenamed,
        FeaturesApplied.Name, FeaturesApplied.Deleted,
    };

    public async Task<Result<Done>> HandleAsync(OutboxEvent e, CancellationToken cancel)
    {
        var told = e.Name is FeaturesApplied.Name or FeaturesApplied.Deleted ? null : RegistryEvent.Parse(e.Payload);
        return await db.WriteAsync<Done>(async session =>
        {
            if (!await Outbox.HandleOnceAsync(session, Name, e))
                return Done.Ok;
            if (told is not null && e.Name == RegistryEvent.Names.ModelRenamed)
            {
                await RiskStore.RenameAsync(session, e.Actor.Workspace, told.ModelId, told.Name);
                return Done.Ok;
            }

            if (await RiskStore.StandingAsync(session, e.Actor.Workspace, told?.ModelId, ("", 0, ""), 1) is [])
                return Done.Ok;
            await jobs.EnqueueAsync(session, e.Actor with { Limits = null }, RiskJob.JobKind, JsonSerializer.Serialize(new RiskOrder(told?.ModelId), RiskJson.Default.RiskOrder));
            return Done.Ok;
        }, cancel);
    }
}
