using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orrery.Storage;

namespace Orrery.Tenancy;

/// <summary>Reads the quotas anew when they changed, on whichever server.</summary>
internal sealed class QuotaWatch(QuotaLimits limits, AccessEpoch epoch, TimeProvider time, ILogger<QuotaWatch> logger) : BackgroundService
{
    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _changed = new(1);

    public override void Dispose()
    {
        epoch.Changed -= OnChanged;
        base.Dispose();
        _changed.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        epoch.Changed += OnChanged;
        while (true)
        {
            await _changed.WaitAsync(stoppingToken);
            try
            {
                await limits.LoadAsync(stoppingToken);
            }
            catch (DatabaseUnavailableException e)
            {
                Log.QuotasNotRead(logger, e);
                await Task.Delay(AfterFailure, time, stoppingToken);
                OnChanged();
            }
        }
    }

    // Several changes at once are read at once.
    private void OnChanged()
    {
        if (_changed.CurrentCount == 0)
            _changed.Release();
    }
}
