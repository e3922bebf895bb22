using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orrery.Storage;

namespace Orrery.Governance;

/// <summary>At the start and every half minute, on one server at a time: does what is due of approvals. What was deployed before approvals were asked for is given one first.</summary>
internal sealed class ApprovalUpkeep(Db db, ApprovalClock clock, ApprovalInheritance inheritance, ServerIdentity server, TimeProvider time, ILogger<ApprovalUpkeep> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);
    private readonly DutyLease _lease = new(db, "governance.approvals", server.Name, TimeSpan.FromMinutes(2), time);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        do
            await LookAsync(stoppingToken);
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async ValueTask LookAsync(CancellationToken cancel)
    {
        try
        {
            if (!await _lease.TakeAsync(cancel))
                return;
            await inheritance.GiveAsync(cancel);
            await clock.LookAsync(cancel);
        }
        catch (DatabaseUnavailableException)
        {
            // The next look comes.
        }
        catch (Exception failed) when (failed is not OperationCanceledException)
        {
            Log.ApprovalUpkeepFailed(logger, failed);
        }
    }
}
