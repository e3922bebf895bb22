using System.Globalization;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Tenancy;

/// <summary>Writes each hour what every workspace stores as GiB-hours. Several servers may: an hour counts once.</summary>
internal sealed class StorageSampling(
    Db db, StorageQuota storage, UsageLedger ledger, Workspaces workspaces, TimeProvider time, ILogger<StorageSampling> logger) : BackgroundService
{
    private const decimal GiB = 1L << 30;
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    /// <summary>Samples one workspace for the hour that is now.</summary>
    public async ValueTask SampleAsync(Actor actor, CancellationToken cancel)
    {
        var bytes = await db.ReadAsync(session => storage.SumAsync(session, actor.Workspace), cancel);
        if (bytes == 0)
            return;
        var now = time.GetUtcNow();
        var hour = new DateTimeOffset(now.Year, now.Month, now.Day, now.Hour, 0, 0, TimeSpan.Zero);
        var key = "storage/" + hour.ToString("yyyy-MM-ddTHH", CultureInfo.InvariantCulture);
        var written = await db.WriteAsync(
            session => ledger.AppendAsync(session, actor, [new UsageFact(key, Meters.StorageGibHours, bytes / GiB, hour, hour + Hour)]), cancel);
        if (written.Failure is { } failure)
            throw new InvalidOperationException(failure.Message);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Hour, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                foreach (var (id, name) in await workspaces.ListAsync(stoppingToken))
                    await SampleAsync(Actor.System(id, name), stoppingToken);
            }
            // Whatever it was, the next hour comes: a failure here must not end the server.
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                Log.StorageNotSampled(logger, e);
            }
        }
    }
}
