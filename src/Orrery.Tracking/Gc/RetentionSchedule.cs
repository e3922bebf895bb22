using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Tenancy;

namespace Orrery.Tracking;

/// <summary>Asks once a day for a garbage collection of each workspace. Several servers ask for one and the same.</summary>
internal sealed class RetentionSchedule(
    GcRequests requests, Workspaces workspaces, TrackingOptions options, TimeProvider time, ILogger<RetentionSchedule> logger) : BackgroundService
{
    private static readonly TimeSpan First = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Daily = TimeSpan.FromDays(1);
    private static readonly TimeSpan AfterFailure = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        for (var wait = First; ; wait = await AskAllAsync(stoppingToken) ? Daily : AfterFailure)
            await Task.Delay(wait, time, stoppingToken);
    }

    private async ValueTask<bool> AskAllAsync(CancellationToken cancel)
    {
        try
        {
            foreach (var (id, name) in await workspaces.ListAsync(cancel))
                await requests.AskAsync(Actor.System(id, name), new GcRequest { OlderThan = options.Retention }, cancel);
            return true;
        }
        // Whatever it was, tomorrow comes another: a failure here must not end the server.
        catch (Exception e) when (!cancel.IsCancellationRequested)
        {
            Log.RetentionNotAsked(logger, e);
            return false;
        }
    }
}
