using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.ObjectPool;

namespace Orrery.Serving;

/// <summary>
/// Keeps predictions in files of Parquet. Requests leave copies in a bounded queue and wait for nothing; what the queue, the disk or the blob store
/// have no room for is lost, counted, and told once a minute.
/// </summary>
internal sealed class PredictionLog(
    LogWriting writing, PredictionLines lines, ServingMetrics metrics, ServingOptions options, TimeProvider time, ILogger<PredictionLog> logger) : BackgroundService
{
    private const int LargestBytes = 4 << 20;
    private static readonly TimeSpan Ending = TimeSpan.FromSeconds(15);

    private readonly DefaultObjectPool<LogEntry> _idle = new(new DefaultPooledObjectPolicy<LogEntry>(), maximumRetained: options.LogQueue);
    private readonly SideQueue<LogEntry> _queue = new(options.LogQueue);
    private readonly LostPredictions _lost = new(metrics, time, logger);
    private long _bytes;

    /// <summary>How many predictions wait.</summary>
    public int CountWaiting() => _queue.Count;

    /// <summary>Leaves a copy of a prediction, when it is one to be kept.</summary>
    public void Offer(ActiveDeployment deployment, ActiveVariant variant, InferenceCall call, in PredictionFacts facts)
    {
        var isKept = deployment.Log?.Takes(facts.Id) == true;
        if (isKept || lines.IsOn)
            Add(deployment, variant, call, facts, isKept, comparison: null);
    }

    /// <summary>The same for what a shadow said, which is kept when the answer is.</summary>
    public void OfferShadow(ShadowCall shadow, in Comparison comparison, TimeSpan latency)
    {
        if (shadow.Deployment.Log?.Takes(shadow.Facts.Id) == true)
            Add(shadow.Deployment, shadow.Shadow, shadow.Call, shadow.Facts with { Latency = latency }, isKept: true, comparison, shadow.LookedUp);
    }

    public override void Dispose()
    {
        base.Dispose();
        _queue.Dispose();
    }

    /// <summary>Writes all that waits, and closes files that are due, or all.</summary>
    internal async ValueTask DrainAsync(bool closeAll, CancellationToken cancel)
    {
        while (_queue.TryTake(out var entry))
        {
            Write(entry);
            if (writing.IsDue)
                await writing.CloseAsync(closeAll: false, _lost, cancel);
        }

        lines.Flush();
        await writing.CloseAsync(closeAll, _lost, cancel);
        _lost.Tell();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                await _queue.WaitAsync(stoppingToken);
                await DrainAsync(closeAll: false, CancellationToken.None);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // What is left is written below: requests have ended before this is told to.
        }

        using var limit = new CancellationTokenSource(Ending, time);
        try
        {
            await DrainAsync(closeAll: true, limit.Token);
        }
        catch (OperationCanceledException)
        {
            _lost.Add("store_failed", _queue.Count);
        }
    }

    private void Add(ActiveDeployment deployment, ActiveVariant variant, InferenceCall call, in PredictionFacts facts, bool isKept, Comparison? comparison, LookupRecord? shared = null)
    {
        var bytes = call.Inputs.Bytes + call.Outputs.Bytes;
        if (bytes > LargestBytes)
        {
            _lost.Add("too_large", 1);
            return;
        }

        // Looked at before anything is copied; the queue itself decides.
        if (_queue.Count >= options.LogQueue || Volatile.Read(ref _bytes) > (long)options.LogQueueMb << 20)
        {
            _lost.Add("queue_full", 1);
            return;
        }

        Interlocked.Add(ref _bytes, bytes);
        var entry = _idle.Get();
        entry.Fill(deployment, variant, call, facts, isKept, comparison, bytes, shared);
        if (_queue.TryAdd(entry))
            return;
        _lost.Add("queue_full", 1);
        Return(entry);
    }

    private void Write(LogEntry entry)
    {
        if (lines.IsOn && entry.Comparison is null)
            lines.Write(entry);
        if (entry.IsKept)
            writing.Append(entry, _lost);
        Return(entry);
    }

    private void Return(LogEntry entry)
    {
        Interlocked.Add(ref _bytes, -entry.Bytes);
        entry.Reset();
        _idle.Return(entry);
    }
}
