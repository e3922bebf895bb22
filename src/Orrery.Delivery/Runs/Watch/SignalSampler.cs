using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orrery.Kernel;
using Orrery.Serving;
using Orrery.Storage;

namespace Orrery.Delivery;

/// <summary>Writes what this server sees of each version that answers, so that all servers' signals can be summed: signals for two hours, requests by the hour for eight days.</summary>
internal sealed class SignalSampler(Db db, ServingSignals signals, ServerIdentity server, DeliveryOptions options, TimeProvider time, ILogger<SignalSampler> logger) : BackgroundService
{
    private static readonly TimeSpan Kept = TimeSpan.FromHours(2);
    private readonly Dictionary<(WorkspaceId, string, string, string, string), ServingSignal> _before = [];

    /// <summary>Looks once.</summary>
    public async Task LookAsync(CancellationToken cancel)
    {
        var since = new List<ServingSignal>();
        var seen = signals.Read();
        foreach (var one in seen)
        {
            var key = (one.Workspace, one.Environment, one.Deployment, one.Model, one.Version);
            var before = _before.GetValueOrDefault(key);
            // Counters begin anew when a variant was idle for long.
            var restarted = before is null || one.Requests < before.Requests;
            since.Add(restarted ? one : one with { Requests = one.Requests - before!.Requests, Failed = one.Failed - before.Failed, Unanswered = one.Unanswered - before.Unanswered });
        }

        var at = time.GetUtcNow();
        await db.WriteAsync<Done>(async session =>
        {
            if (since.Count > 0)
                await SignalStore.InsertAsync(session, server.Name, at.ToUnixTimeMilliseconds(), since);
            await TrafficStore.AddAsync(session, server.Name, TrafficHistory.HourOf(at), since);
            await SignalStore.ForgetAsync(session, (at - Kept).ToUnixTimeMilliseconds());
            await TrafficStore.ForgetAsync(session, TrafficHistory.HourOf(at - TimeSpan.FromDays(TrafficHistory.KeptDays)));
            return Done.Ok;
        }, cancel);
        // What could not be written is written the next time.
        foreach (var one in seen)
            _before[(one.Workspace, one.Environment, one.Deployment, one.Model, one.Version)] = one;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.SignalInterval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await LookAsync(stoppingToken);
            }
            catch (Exception failed) when (failed is not OperationCanceledException)
            {
                Log.SignalsFailed(logger, failed);
            }
        }
    }
}
