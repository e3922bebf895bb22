using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orrery.Storage;

namespace Orrery.Governance;

/// <summary>Looks for approvals that have ended, so that what one server is told counts on all of them within a second.</summary>
internal sealed class ApprovalEndWatch(ApprovalEnds ends, ILogger<ApprovalEndWatch> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    /// <summary>What is known is read before the server answers.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await LookAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            await LookAsync(stoppingToken);
    }

    private async ValueTask LookAsync(CancellationToken cancel)
    {
        try
        {
            await ends.RefreshAsync(cancel);
        }
        catch (DatabaseUnavailableException)
        {
            // What is known goes on to count; the next look comes soon.
        }
        catch (Exception failed) when (failed is not OperationCanceledException)
        {
            Log.ApprovalEndWatchFailed(logger, failed);
        }
    }
}
