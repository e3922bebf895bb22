using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Serving;

/// <summary>Looks at the deployments' revisions, so that what one server changes answers on all of them within a second; and sweeps models that nobody needs.</summary>
internal sealed class DeploymentWatch(
    Db db, Activation activation, ApprovalEnforcement approvals, ActiveDeployments active, ModelPool pool, ServerIdentity server, TimeProvider time, ILogger<DeploymentWatch> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(400);
    private static readonly TimeSpan Housekeeping = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Forget = TimeSpan.FromMinutes(2);

    private readonly ActivationRetries _retries = new(time);
    private readonly Dictionary<DeploymentKey, Work> _working = [];
    private readonly SemaphoreSlim _wake = new(0, 1);

    /// <summary>Looks soon, after a change of this server.</summary>
    public void Wake()
    {
        if (_wake.CurrentCount == 0)
        {
            try
            {
                _wake.Release();
            }
            catch (SemaphoreFullException)
            {
                // Woken already.
            }
        }
    }

    /// <summary>Ends, and says that this server does not answer any more.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await Task.WhenAll(_working.Values.Select(static work => work.Task));
        try
        {
            await db.WriteAsync<Done>(async session =>
            {
                await NodeStore.DeleteAsync(session, server.Name);
                return Done.Ok;
            }, cancellationToken);
        }
        catch (Exception late) when (late is DatabaseUnavailableException or OperationCanceledException)
        {
            // The others forget it soon by themselves.
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var swept = time.GetUtcNow();
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                activation.EndUnapproved(approvals);
                await LookAsync(stoppingToken);
                if (time.GetUtcNow() - swept >= Housekeeping)
                {
                    swept = time.GetUtcNow();
                    await pool.SweepAsync();
                    await TouchAsync(stoppingToken);
                }
            }
            catch (DatabaseUnavailableException)
            {
                // What answers goes on answering; the next look comes soon.
            }
            catch (Exception failed) when (failed is not OperationCanceledException)
            {
                Log.WatchFailed(logger, failed);
            }

            await _wake.WaitAsync(Interval, stoppingToken);
        }
    }

    private async ValueTask LookAsync(CancellationToken cancel)
    {
        foreach (var (key, revision, isRemoved) in await db.ReadAsync(DeploymentStore.StampsAsync, cancel))
        {
            if (IsAtWork(key, revision))
                continue;
            var serving = active.Find(key);
            if (!isRemoved && serving?.Row.Revision == revision)
                await activation.LookAfterAsync(serving, cancel);
            if (isRemoved ? serving is null : serving?.Row.Revision == revision)
                continue;
            if (!_retries.IsDue(key, revision))
                continue;
            if (!isRemoved && !_retries.IsKnown(key, revision))
                active.SetNotReady(key, "it is being loaded");
            _retries.Begin(key, revision);
            var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            _working[key] = new(revision, stop, WorkAsync(key, stop.Token));
        }

        active.IsKnown = true;
    }

    // Each deployment goes its own way, so that a slow model holds up no other change. A newer revision ends the loading of an older one.
    private bool IsAtWork(DeploymentKey key, long revision)
    {
        if (!_working.TryGetValue(key, out var work))
            return false;
        if (!work.Task.IsCompleted)
        {
            if (work.Revision != revision)
                work.Stop.Cancel();
            return true;
        }

        work.Stop.Dispose();
        _working.Remove(key);
        return false;
    }

    private async Task WorkAsync(DeploymentKey key, CancellationToken cancel)
    {
        try
        {
            if (await activation.ActivateAsync(key, cancel) is { Code: ApprovalCheck.NotApprovedCode })
                _retries.Refuse(key);
        }
        catch (OperationCanceledException)
        {
            // A newer revision is there, or the server ends.
        }
        catch (DatabaseUnavailableException)
        {
            _retries.Forget(key);
        }
        catch (Exception failed)
        {
            Log.WatchFailed(logger, failed);
        }

        Wake();
    }

    private async ValueTask TouchAsync(CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        await db.WriteAsync<Done>(async session =>
        {
            await NodeStore.TouchAsync(session, server.Name, now.ToUnixTimeMilliseconds(), (now - Forget).ToUnixTimeMilliseconds());
            return Done.Ok;
        }, cancel);
    }

    private sealed record Work(long Revision, CancellationTokenSource Stop, Task Task);
}
