using System.Globalization;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Tenancy;

/// <summary>
/// Writes what every workspace stores as GiB-hours: at the start, then within a minute of each full hour. One server at a time does it; an
/// hour counts once. What was counted on days long past is forgotten with it.
/// </summary>
internal sealed class StorageSampling(
    Db db, StorageQuota storage, UsageLedger ledger, Workspaces workspaces, ServerIdentity server, TimeProvider time, ILogger<StorageSampling> logger) : BackgroundService
{
    private const int DaysKept = 40;
    private static readonly TimeSpan Look = TimeSpan.FromMinutes(1);
    private readonly DutyLease _lease = new(db, "usage", server.Name, 3 * Look, time);
    private DateTimeOffset _sampled;

    private const decimal GiB = 1L << 30;
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    /// <summary>Samples one workspace for the hour that is now.</summary>
    public async ValueTask SampleAsync(Actor actor, CancellationToken cancel)
    {
        var bytes = await db.ReadAsync(session => storage.SumAsync(session, actor.Workspace), cancel);
        if (bytes == 0)
            return;
        var hour = ThisHour();
        var key = "storage/" + hour.ToString("yyyy-MM-ddTHH", CultureInfo.InvariantCulture);
        var written = await db.WriteAsync(
            session => ledger.AppendAsync(session, actor, [new UsageFact(key, Meters.StorageGibHours, bytes / GiB, hour, hour + Hour)]), cancel);
        if (written.Failure is { } failure)
            throw new InvalidOperationException(failure.Message);
    }

    /// <summary>Samples all workspaces when this hour was not sampled yet and the duty is this server's.</summary>
    public async ValueTask<bool> SampleDueAsync(CancellationToken cancel)
    {
        var hour = ThisHour();
        if (!await _lease.TakeAsync(cancel) || hour == _sampled)
            return false;
        foreach (var (id, name) in await workspaces.ListAsync(cancel))
            await SampleAsync(Actor.System(id, name), cancel);
        await db.WriteAsync<Done>(async session =>
        {
            await QuotaStore.PruneDaysAsync(session, BillingMonth.DayOf(hour) - DaysKept);
            return Done.Ok;
        }, cancel);
        _sampled = hour;
        return true;
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        try
        {
            await _lease.ReleaseAsync(cancellationToken);
        }
        // It ends by itself.
        catch (Exception e)
        {
            Log.StorageNotSampled(logger, e);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Look, time);
        do
        {
            try
            {
                await SampleDueAsync(stoppingToken);
            }
            // Whatever it was, the next look comes: a failure here must not end the server.
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                Log.StorageNotSampled(logger, e);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private DateTimeOffset ThisHour()
    {
        var now = time.GetUtcNow();
        return new(now.Year, now.Month, now.Day, now.Hour, 0, 0, TimeSpan.Zero);
    }
}
