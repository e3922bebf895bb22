using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orrery.Storage;

namespace Orrery.Governance;

/// <summary>
/// At the start and every few minutes: removes rows that a crash left on this server's disk, and ends erasures whose job was stopped or broke off, so that the
/// subject's key does not stay with them.
/// </summary>
internal sealed class PrivacyUpkeep(string folder, SubjectErasures erasures, TimeProvider time, ILogger<PrivacyUpkeep> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(5);
    private readonly ScratchCleaning _scratch = new([folder], time);

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
            await _scratch.StartAsync(cancel);
            await erasures.SettleAsync(cancel);
        }
        catch (DatabaseUnavailableException)
        {
            // The next look comes.
        }
        catch (Exception failed) when (failed is not OperationCanceledException)
        {
            Log.PrivacyUpkeepFailed(logger, failed);
        }
    }
}
