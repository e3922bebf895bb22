using Microsoft.Extensions.Hosting;
using Orrery.Storage;

namespace Orrery.Features;

/// <summary>Writes down by the minute, and at the end, what <see cref="FeatureUsage"/> counted.</summary>
internal sealed class UsageFlush(FeatureUsage usage, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await FlushAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            await FlushAsync(stoppingToken);
    }

    private async ValueTask FlushAsync(CancellationToken cancel)
    {
        try
        {
            await usage.FlushAsync(cancel);
        }
        catch (DatabaseUnavailableException)
        {
            // The counts are kept for the next minute.
        }
    }
}
