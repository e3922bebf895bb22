using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orrery.Storage;

namespace Orrery.Serving;

/// <summary>Deletes days of prediction logs that are older than their deployments keep them.</summary>
internal sealed class LogRetention(Db db, IBlobs blobs, TimeProvider time, ILogger<LogRetention> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    /// <summary>Deletes what is too old now.</summary>
    internal async ValueTask SweepAsync(CancellationToken cancel)
    {
        foreach (var (key, _, _) in await db.ReadAsync(DeploymentStore.StampsAsync, cancel))
        {
            var row = await db.ReadAsync(session => DeploymentStore.FindAsync(session, key), cancel);
            var oldest = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime).AddDays(-LogRule.Retention(row?.Spec.Log));
            var old = new List<DateOnly>();
            await foreach (var entry in blobs.ListFolderAsync(LogPlace.Of(key), cancel))
            {
                if (LogPlace.Day(entry.Key) is { } day && day < oldest)
                    old.Add(day);
            }

            foreach (var day in old)
                await blobs.DeletePrefixAsync(LogPlace.Of(LogPlace.Of(key), day), cancel);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(Interval, time, stoppingToken);
            try
            {
                await SweepAsync(stoppingToken);
            }
            catch (Exception failed) when (failed is not OperationCanceledException)
            {
                Log.LogRetentionFailed(logger, failed);
            }
        }
    }
}
