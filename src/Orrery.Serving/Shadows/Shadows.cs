using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.ObjectPool;

namespace Orrery.Serving;

/// <summary>
/// Asks shadows what others have answered already, compares, and counts. Requests leave copies in a bounded queue; when shadows do not keep up, or
/// fail, that is counted and no caller notices.
/// </summary>
internal sealed class Shadows(PredictionLog log, ServingOptions options, TimeProvider time, ILogger<Shadows> logger) : BackgroundService
{
    // A larger request is not copied.
    private const long LargestBytes = 4 << 20;

    private readonly DefaultObjectPool<ShadowCall> _idle = new(new DefaultPooledObjectPolicy<ShadowCall>(), maximumRetained: options.ShadowQueue);
    private readonly SideQueue<ShadowCall> _queue = new(options.ShadowQueue);
    private long _warned;

    /// <summary>How many requests wait.</summary>
    public int CountWaiting() => _queue.Count;

    /// <summary>Leaves a copy of a request for each shadow that is to see it.</summary>
    public void Offer(ActiveDeployment deployment, InferenceCall call, in PredictionFacts facts)
    {
        for (var index = 0; index < deployment.Shadows.Count; index++)
        {
            var shadow = deployment.Shadows[index];
            if (shadow.Spec.ShadowPercent is { } percent && Sampling.Unit(facts.Id, salt: 1 + (ulong)index) * 100 >= percent)
                continue;
            if (_queue.Count >= options.ShadowQueue || call.Inputs.Bytes + call.Outputs.Bytes > LargestBytes)
            {
                shadow.Metrics.Shadowed("dropped");
                continue;
            }

            var copy = _idle.Get();
            copy.Fill(deployment, shadow, call, facts);
            if (_queue.TryAdd(copy))
                continue;
            shadow.Metrics.Shadowed("dropped");
            Return(copy);
        }
    }

    public override void Dispose()
    {
        base.Dispose();
        _queue.Dispose();
    }

    /// <summary>Asks a shadow and tells what it said.</summary>
    internal async ValueTask AskAsync(ShadowCall copy, CancellationToken cancel)
    {
        var shadow = copy.Shadow;
        try
        {
            var began = time.GetTimestamp();
            var model = await shadow.Slot.EnterAsync(cancel);
            try
            {
                var inferring = time.GetTimestamp();
                await model.InferAsync(copy.Call, cancel);
                shadow.Metrics.Use.Add(rows: 0, time.GetElapsedTime(inferring));
            }
            finally
            {
                shadow.Slot.Leave();
            }

            var elapsed = time.GetElapsedTime(began);
            var comparison = Comparison.Of(copy.Given, copy.Call.Outputs);
            shadow.Metrics.Compared(comparison, elapsed);
            log.OfferShadow(copy, comparison, elapsed);
        }
        catch (Exception failed) when (failed is not OperationCanceledException || !cancel.IsCancellationRequested)
        {
            // Whatever a shadow does, the requests were answered by others.
            shadow.Metrics.Shadowed("failed");
            Warn(copy, failed);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.WhenAll(Enumerable.Range(0, options.ShadowWorkers).Select(_ => Task.Run(() => WorkAsync(stoppingToken), stoppingToken)));
    }

    private async Task WorkAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            while (!stopping.IsCancellationRequested && _queue.TryTake(out var copy))
            {
                await AskAsync(copy, stopping);
                Return(copy);
            }

            await _queue.WaitAsync(stopping);
        }
    }

    private void Return(ShadowCall copy)
    {
        copy.Reset();
        _idle.Return(copy);
    }

    private void Warn(ShadowCall copy, Exception failed)
    {
        var now = time.GetUtcNow().ToUnixTimeSeconds() / 60;
        if (Interlocked.Exchange(ref _warned, now) != now)
            Log.ShadowFailed(logger, copy.Shadow.Name, copy.Deployment.Row.Key.Name, copy.Deployment.Row.Key.Environment, failed.Message);
    }
}
