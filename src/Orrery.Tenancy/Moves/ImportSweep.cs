using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Tenancy;

/// <summary>
/// Twice a minute, and first at the start: removes the traces of imports whose job has ended without them (cancelled, given up after
/// crashes), and uploads of a day ago that no import names.
/// </summary>
internal sealed class ImportSweep(Db db, IBlobs blobs, Storage.Jobs jobs, ImportTraces traces, TimeProvider time, ILogger<ImportSweep> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Old = TimeSpan.FromHours(24);
    private static readonly Actor Platform = Actor.System(WorkspaceId.Platform, "platform");
    private static readonly TimeSpan EndsKept = TimeSpan.FromDays(30);
    private static readonly Failure Abandoned = Failure.Conflict("abandoned", "The import was cancelled or given up before it ended.");
    private DateTimeOffset _uploadsAt;

    /// <summary>Looks once.</summary>
    public async ValueTask SweepAsync(CancellationToken cancel)
    {
        var pending = await db.ReadAsync(ImportStore.ListAsync, cancel);
        foreach (var import in pending)
        {
            // One that succeeded has no record any more.
            if (await jobs.FindAsync(Platform, import.Job, cancel) is null or { FinishedAt: not null })
            {
                await traces.RemoveAsync(import, Abandoned, cancel);
                Log.ImportUndone(logger, import.Name);
            }
        }

        var now = time.GetUtcNow();
        if (now < _uploadsAt)
            return;
        _uploadsAt = now + Old;
        await db.WriteAsync<Done>(async session =>
        {
            await ImportStore.PruneEndsAsync(session, (now - EndsKept).ToUnixTimeMilliseconds());
            return Done.Ok;
        }, cancel);
        foreach (var blob in await blobs.ListAsync(WorkspaceImports.Folder, cancel).ToListAsync(cancel))
        {
            if (blob.PutAt < now - Old && !pending.Exists(import => import.Archive == blob.Key))
                await blobs.DeleteAsync(blob.Key, cancel);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        do
        {
            try
            {
                await SweepAsync(stoppingToken);
            }
            // Whatever it was, the next look comes: a failure here must not end the server.
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                Log.ImportsNotSwept(logger, e);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }
}
