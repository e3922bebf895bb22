using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Tenancy;

/// <summary>Looks at the budgets every five minutes. Several servers may: each threshold is told once.</summary>
internal sealed class BudgetWatch(Db db, Budgets budgets, Workspaces workspaces, TimeProvider time, ILogger<BudgetWatch> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        do
        {
            try
            {
                await CheckAllAsync(stoppingToken);
            }
            // Whatever it was, the next look comes: a failure here must not end the server.
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                Log.BudgetsNotChecked(logger, e);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async ValueTask CheckAllAsync(CancellationToken cancel)
    {
        var budgeted = await db.ReadAsync(BudgetStore.WorkspacesAsync, cancel);
        if (budgeted.Count == 0)
            return;
        foreach (var (id, name) in await workspaces.ListAsync(cancel))
        {
            if (budgeted.Contains(id.Value) && await budgets.CheckAsync(Actor.System(id, name), cancel) is > 0 and var crossed)
                Log.BudgetCrossed(logger, name, crossed);
        }
    }
}
