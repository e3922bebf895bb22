using System.Text.Json;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orrery.Kernel;
using Orrery.Storage;
using Orrery.Tenancy;

namespace Orrery.Governance;

/// <summary>
/// Every few minutes has the assessments of each workspace made anew: deployments, traffic, evaluations and scans change without a word. Several servers ask for
/// one and the same job.
/// </summary>
internal sealed class RiskReview(Db db, Jobs jobs, Workspaces workspaces, TimeProvider time, ILogger<RiskReview> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            await AskAsync(stoppingToken);
    }

    /// <summary>Asks for the jobs of this interval.</summary>
    public async ValueTask AskAsync(CancellationToken cancel)
    {
        try
        {
            foreach (var (id, name) in await workspaces.ListAsync(cancel))
            {
                if (await db.ReadAsync(session => RiskStore.StandingAsync(session, id, null, ("", 0, ""), 1), cancel) is [])
                    continue;
                await db.WriteAsync<Done>(async session =>
                {
                    await jobs.EnqueueAsync(session, Actor.System(id, name), RiskJob.JobKind, JsonSerializer.Serialize(new RiskOrder(null), RiskJson.Default.RiskOrder), "review");
                    return Done.Ok;
                }, cancel);
            }
        }
        // Whatever it was, the next interval comes: a failure here must not end the server.
        catch (Exception failed) when (failed is not OperationCanceledException)
        {
            Log.RiskReviewFailed(logger, failed);
        }
    }
}
