using Microsoft.Extensions.Hosting;
using Orrery.Storage;

namespace Orrery.Tenancy;

/// <summary>Looks at the epoch, so that a token revoked on one server is refused on all of them within a second.</summary>
internal sealed class AccessEpochWatch(AccessEpoch epoch, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(400);
    private static readonly TimeSpan LongestLook = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            using var look = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
            look.CancelAfter(LongestLook);
            try
            {
                await epoch.LookAsync(look.Token);
            }
            catch (Exception away) when (away is DatabaseUnavailableException || (away is OperationCanceledException && !stoppingToken.IsCancellationRequested))
            {
                // Who asks the database meanwhile is told so; who is remembered goes on for a while.
                epoch.NotHeard();
            }
        }
    }
}
