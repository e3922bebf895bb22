using System.Threading.Channels;
using Orrery.Contracts;

namespace Orrery.Client;

/// <summary>
/// Collects what a run logs and sends it in batches: when one is full, when the oldest entry has waited long enough, on
/// <see cref="FlushAsync"/> and at the end. Safe for concurrent use; the order of calls of one thread is kept. When the server refuses a
/// batch, that exception is thrown from the next call and from <see cref="DisposeAsync"/>, and nothing more is sent.
/// </summary>
public sealed class RunWriter : IAsyncDisposable
{
    private readonly RunApi _runs;
    private readonly RunWriterOptions _options;
    private readonly TimeProvider _time;
    private readonly Channel<RunEntry> _entries;
    private readonly Task _sending;
    private Exception? _fault;
    private bool _faultSeen;

    internal RunWriter(RunApi runs, string runId, RunWriterOptions options, TimeProvider time)
    {
        _runs = runs;
        _options = options;
        _time = time;
        RunId = runId;
        _entries = Channel.CreateBounded<RunEntry>(new BoundedChannelOptions(options.Capacity) { SingleReader = true });
        _sending = Task.Run(SendAllAsync);
    }

    /// <summary>The run.</summary>
    public string RunId { get; }

    /// <summary>Logs a metric with the present time. Waits only when the buffer is full.</summary>
    public ValueTask MetricAsync(string key, double value, long step = 0, CancellationToken cancel = default) =>
        MetricAsync(new Metric(key, value, _time.GetUtcNow().ToUnixTimeMilliseconds(), step), cancel);

    /// <summary>Logs a metric.</summary>
    public ValueTask MetricAsync(Metric metric, CancellationToken cancel = default) => AddAsync(new(Metric: metric), cancel);

    /// <summary>Logs a parameter.</summary>
    public ValueTask ParamAsync(string key, string value, CancellationToken cancel = default) =>
        AddAsync(new(Param: new Param(key, value)), cancel);

    /// <summary>Sets a tag.</summary>
    public ValueTask TagAsync(string key, string value, CancellationToken cancel = default) =>
        AddAsync(new(Tag: new Tag(key, value)), cancel);

    /// <summary>Returns when everything logged before is stored by the server.</summary>
    public async Task FlushAsync(CancellationToken cancel = default)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await AddAsync(new(Flushed: done), cancel);
        await done.Task.WaitAsync(cancel);
    }

    /// <summary>Sends what waits and ends the writer. Throws when a batch was refused and no call has said so yet.</summary>
    public async ValueTask DisposeAsync()
    {
        _entries.Writer.TryComplete();
        await _sending;
        if (!_faultSeen)
            ThrowFault();
    }

    private async ValueTask AddAsync(RunEntry entry, CancellationToken cancel)
    {
        ThrowFault();
        try
        {
            await _entries.Writer.WriteAsync(entry, cancel);
        }
        catch (ChannelClosedException)
        {
            ThrowFault();
            throw new ObjectDisposedException(nameof(RunWriter));
        }
    }

    private async Task SendAllAsync()
    {
        var batch = new RunBatch(RunId);
        try
        {
            while (await _entries.Reader.WaitToReadAsync())
                await FillAsync(batch);
            await SendAsync(batch);
        }
        catch (Exception failed)
        {
            Volatile.Write(ref _fault, failed);
            _entries.Writer.TryComplete();
            while (_entries.Reader.TryRead(out var entry))
                Fail(entry.Flushed, failed);
        }
    }

    // From the first entry until the batch is full, a flush is asked for, or time is up.
    private async Task FillAsync(RunBatch batch)
    {
        using var timer = new CancellationTokenSource(_options.FlushAfter, _time);
        try
        {
            while (await _entries.Reader.WaitToReadAsync(timer.Token))
            {
                while (_entries.Reader.TryRead(out var entry))
                    await TakeAsync(batch, entry);
                if (batch.IsEmpty)
                    return;
            }
        }
        catch (OperationCanceledException)
        {
            await SendAsync(batch);
        }
    }

    private async Task TakeAsync(RunBatch batch, RunEntry entry)
    {
        if (entry.Flushed is { } flushed)
        {
            try
            {
                await SendAsync(batch);
                flushed.TrySetResult();
            }
            catch (Exception failed)
            {
                Fail(flushed, failed);
                throw;
            }

            return;
        }

        if (batch.TryAdd(entry))
            return;
        await SendAsync(batch);
        batch.TryAdd(entry);
    }

    private async Task SendAsync(RunBatch batch)
    {
        if (batch.IsEmpty)
            return;
        await _runs.LogBatchAsync(batch.Take());
    }

    private void Fail(TaskCompletionSource? flushed, Exception failed)
    {
        if (flushed is null)
            return;
        _faultSeen = true;
        flushed.TrySetException(failed);
    }

    private void ThrowFault()
    {
        if (Volatile.Read(ref _fault) is not { } fault)
            return;
        _faultSeen = true;
        System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(fault);
    }
}
