using System.Text.Json;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Registry;

/// <summary>Has packages looked at when their versions come, go or get another name.</summary>
internal sealed class PackageEvents(Db db, Jobs jobs) : IEventHandler
{
    public string Name => "registry.packages";

    public IReadOnlySet<string> Events { get; } = new HashSet<string>
    {
        RegistryEvent.Names.VersionRegistered, RegistryEvent.Names.VersionDeleted, RegistryEvent.Names.ModelRenamed,
    };

    public async Task<Result<Done>> HandleAsync(OutboxEvent e, CancellationToken cancel)
    {
        var told = RegistryEvent.Parse(e.Payload);
        if (told.IsPrompt)
            return Done.Ok;
        return await db.WriteAsync<Done>(async session =>
        {
            if (!await Outbox.HandleOnceAsync(session, Name, e))
                return Done.Ok;
            IReadOnlyList<string> names = told.OldName is { } old ? [told.Name, old] : [told.Name];
            foreach (var version in told.Version is { } one ? [one] : await PackageStore.ListVersionsAsync(session, e.Actor.Workspace, told.ModelId))
                await EnqueueAsync(session, jobs, e.Actor, new(told.ModelId, version, names));
            return Done.Ok;
        }, cancel);
    }

    /// <summary>Has a package looked at. Not deduplicated: a job that runs already may have looked before the change.</summary>
    public static ValueTask<JobId> EnqueueAsync(DbSession session, Jobs jobs, Actor actor, PackageJob job) =>
        jobs.EnqueueAsync(session, actor, PackageReading.JobKind, JsonSerializer.Serialize(job, PackageJson.Default.PackageJob));
}
