using System.Globalization;
using System.Text.Json;
using Orrery.Kernel;
using Orrery.Registry;
using Orrery.Storage;

namespace Orrery.Governance;

/// <summary>Has packages scanned when the registry has a copy of them: before anybody serves them.</summary>
internal sealed class ScanEvents(Db db, Jobs jobs) : IEventHandler
{
    public string Name => "governance.scans";

    public IReadOnlySet<string> Events { get; } = new HashSet<string> { RegistryEvent.Names.VersionPackaged };

    public async Task<Result<Done>> HandleAsync(OutboxEvent e, CancellationToken cancel)
    {
        var told = RegistryEvent.Parse(e.Payload);
        var order = new ScanOrder(told.Name, told.Version!.Value.ToString(CultureInfo.InvariantCulture));
        return await db.WriteAsync<Done>(async session =>
        {
            if (await Outbox.HandleOnceAsync(session, Name, e))
                await jobs.EnqueueAsync(session, e.Actor, ScanJob.JobKind, JsonSerializer.Serialize(order, ScanJson.Default.ScanOrder));
            return Done.Ok;
        }, cancel);
    }
}
