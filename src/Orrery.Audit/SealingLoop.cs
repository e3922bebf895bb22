using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orrery.Storage;

namespace Orrery.Audit;

/// <summary>Seals, signs, publishes and prunes. One server at a time does it for all; another takes over when that one is not heard of.</summary>
internal sealed class SealingLoop(
    Db db, Sealer sealer, Checkpoints checkpoints, Anchors anchors, Retention retention, Subjects subjects, AuditOptions options, AuditMetrics metrics,
    ServerIdentity server,
    ILogger<SealingLoop> logger, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan UpkeepEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan PruneEvery = TimeSpan.FromHours(1);
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(10);

    private readonly DutyLease _lease = new(db, "audit", server.Name, Lease, time);
    private DateTimeOffset _leaseAskedAt;
    private DateTimeOffset _upkeepAt;
    private DateTimeOffset _pruneAt;
    private bool _leading;

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        try
        {
            // What is known now is signed before nobody is there to sign it.
            using var late = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            late.CancelAfter(Farewell);
            await sealer.SealNowAsync(late.Token);
            await checkpoints.SignDueAsync(all: true, late.Token);
            await anchors.PublishAsync(late.Token);
            if (_leading)
                await _lease.ReleaseAsync(late.Token);
        }
        catch (Exception e)
        {
            Log.SealingFailed(logger, e);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await subjects.RefreshAsync(stoppingToken);
                if (await LeadsAsync(stoppingToken))
                    await LeadAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                Log.SealingFailed(logger, e);
                await Task.Delay(server.Jitter(Lease / 10), time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            await Task.Delay(options.SealEvery, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<bool> LeadsAsync(CancellationToken stopping)
    {
        var now = time.GetUtcNow();
        if (now - _leaseAskedAt < Lease / 5 && now >= _leaseAskedAt)
            return _leading;
        var leads = await _lease.TakeAsync(stopping);
        if (leads && !_leading)
            Log.Leading(logger);
        (_leading, _leaseAskedAt) = (leads, now);
        return leads;
    }

    private async Task LeadAsync(CancellationToken stopping)
    {
        // Under load something always waits; keys and checkpoints have their turn all the same.
        var now = time.GetUtcNow();
        var until = now + UpkeepEvery;
        while (time.GetUtcNow() < until && await sealer.SealAsync(stopping) == sealer.Batch)
        {
        }

        if (now < _upkeepAt)
            return;
        _upkeepAt = now + UpkeepEvery;
        metrics.Waiting(await sealer.WaitingAsync(stopping));
        await checkpoints.SignDueAsync(all: false, stopping);
        anchors.Publish(stopping);
        if (now < _pruneAt)
            return;
        _pruneAt = now + PruneEvery;
        await retention.PruneAsync(stopping);
    }
}
