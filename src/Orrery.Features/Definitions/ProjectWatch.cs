using Microsoft.Extensions.Hosting;
using Orrery.Storage;

namespace Orrery.Features;

/// <summary>Looks at the projects' revisions, so that what one server applies is served by all of them within about a second.</summary>
internal sealed class ProjectWatch(Projects projects, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await projects.LookAsync(stoppingToken);
            }
            catch (DatabaseUnavailableException)
            {
                // What is in memory goes on being served; the next look comes soon.
            }
        }
    }
}
