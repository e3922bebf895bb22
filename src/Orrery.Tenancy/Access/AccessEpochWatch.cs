using Microsoft.Extensions.Hosting;
using Orrery.Storage;

namespace Orrery.Tenancy;

/// <summary>Looks at the epoch, so that a token revoked on one server is refused on all of them within a second.</summary>
internal sealed class AccessEpochWatch(AccessEpoch epoch, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(400);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await epoch.LookAsync(stoppingToken);
            }
            catch (DatabaseUnavailableException)
            {
                // Who asks the database meanwhile is told so; what is remembered ends by its own age.
            }
        }
    }
}
