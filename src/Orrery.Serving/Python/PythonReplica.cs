using Microsoft.Extensions.Logging;

namespace Orrery.Serving;

/// <summary>One worker after another: takes requests from the queue, and starts a new worker when one is gone, later each time.</summary>
internal sealed class PythonReplica(PythonPool pool, ILogger logger) : IAsyncDisposable
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    // A worker that lived this long, or has answered, was no failure to start.
    private static readonly TimeSpan Stable = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource _stop = new();
    private readonly List<PythonRequest> _batch = [];
    private PythonWorker? _worker;
    private Task _running = Task.CompletedTask;
    private long _lastUsed = Environment.TickCount64;
    private string? _problem;
    private bool _hasAnswered;
    private bool _wasFoundOut;
    private bool _isExcused;

    /// <summary>Its worker; null while there is none.</summary>
    public PythonWorker? Worker => Volatile.Read(ref _worker);

    /// <summary>Why it has no worker for a while; null when it has one, or has one at once.</summary>
    public string? Problem => Volatile.Read(ref _problem);

    /// <summary>Milliseconds of <see cref="Environment.TickCount64"/> when it had a request last.</summary>
    public long LastUsed => Volatile.Read(ref _lastUsed);

    /// <summary>Starts the first worker.</summary>
    /// <exception cref="ModelException">It does not come up.</exception>
    public async Task BeginAsync(CancellationToken cancel)
    {
        Volatile.Write(ref _worker, await pool.StartAsync(cancel));
        _running = Task.Run(RunAsync, CancellationToken.None);
    }

    /// <summary>Ends it after the requests that it has.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _running;
    }

    /// <summary>Ends it at once.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _worker?.Kill();
        await _running;
        if (_worker is { } worker)
            await worker.DisposeAsync();
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        var failures = 0;
        while (!_stop.IsCancellationRequested)
        {
            var began = Environment.TickCount64;
            (_hasAnswered, _isExcused) = (false, false);
            var reason = await ServeAsync(_worker!);
            if (_stop.IsCancellationRequested)
                return;
            // A request that was tried alone and ended the worker tells nothing of the model; the second in a row does.
            failures = _hasAnswered || Environment.TickCount64 - began > Stable.TotalMilliseconds ? 0 : _isExcused ? failures : failures + 1;
            Log.WorkerGone(logger, pool.Name, reason);
            failures = await ReplaceAsync(reason, failures);
        }
    }

    // Until the worker is gone; answers how it ended.
    private async Task<string> ServeAsync(PythonWorker worker)
    {
        using var until = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token, worker.Ended);
        while (true)
        {
            try
            {
                _batch.Clear();
                await pool.Queue.TakeAsync(_batch, pool.MostRows, pool.Delay, until.Token);
                Volatile.Write(ref _lastUsed, Environment.TickCount64);
                await AnswerAsync(worker, _batch);
            }
            catch (OperationCanceledException)
            {
                return _stop.IsCancellationRequested ? "" : await worker.WhyEndedAsync();
            }
            catch (PythonWorkerException gone)
            {
                Lose(_batch, gone);
                return gone.Message;
            }
            catch (Exception broken)
            {
                // What it sent was no answer. It must not go on.
                worker.Kill();
                foreach (var request in _batch)
                    request.Fail(new ModelException($"The model's worker did not answer as workers do: {broken.Message}", broken));
                return broken.Message;
            }
        }
    }

    private async ValueTask AnswerAsync(PythonWorker worker, List<PythonRequest> batch)
    {
        pool.Metrics.Taken(batch);
        using var span = ServingTraces.BeginBatch(batch);
        var (kind, tensors, body) = await worker.CallAsync(batch, pool.HangsAt(batch));
        (_hasAnswered, _wasFoundOut) = (true, false);
        if (batch.Count == 1)
        {
            Settle(batch[0], kind, tensors, body, start: 0, rows: -1);
            return;
        }

        var sum = batch.Sum(static request => request.Rows);
        if (kind == PythonFrame.Answer && PythonAnswer.CanBeSplit(body, tensors, sum))
        {
            long start = 0;
            foreach (var request in batch)
            {
                Settle(request, kind, tensors, body, start, request.Rows);
                start += request.Rows;
            }

            return;
        }

        // One is wrong, or the model does not answer by the row: each for itself.
        if (kind == PythonFrame.Answer)
            pool.CannotBatch();
        foreach (var request in batch.ToArray())
        {
            if (!request.IsAbandoned)
            {
                // Of it alone it is known, should the worker end; the others are tried again.
                var (own, count, part) = await CallAsync(worker, request);
                Settle(request, own, count, part, start: 0, rows: -1);
            }

            batch.Remove(request);
        }
    }

    private async ValueTask<(byte Kind, int Tensors, byte[] Body)> CallAsync(PythonWorker worker, PythonRequest request)
    {
        try
        {
            return await worker.CallAsync([request], pool.HangsAt([request]));
        }
        catch (PythonWorkerException gone) when (gone.HadCall)
        {
            Fail(request, gone);
            _batch.Remove(request);
            throw new PythonWorkerException(gone.Message, hadCall: false);
        }
    }

    private static void Settle(PythonRequest request, byte kind, int tensors, byte[] body, long start, long rows)
    {
        if (kind == PythonFrame.Answer)
            request.Answer(new PythonAnswer(body, tensors, start, rows));
        else if (kind == PythonFrame.Wrong)
            request.Fail(new TensorException($"The model refused the input: {System.Text.Encoding.UTF8.GetString(body)}"));
        else
            request.Fail(new ModelException($"The model failed: {System.Text.Encoding.UTF8.GetString(body)}"));
    }

    private void Lose(List<PythonRequest> batch, PythonWorkerException gone)
    {
        if (!gone.HadCall && batch.TrueForAll(static request => !request.WasReturned))
        {
            foreach (var request in batch)
                request.WasReturned = true;
            pool.Queue.Return(batch);
            return;
        }

        // One of them may have ended it. Each is tried once more by itself, so that only that one fails.
        if (batch.Count > 1)
        {
            batch.ForEach(static request => request.IsSuspect = true);
            pool.Queue.Return(batch);
            return;
        }

        foreach (var request in batch)
        {
            (_isExcused, _wasFoundOut) = (request.IsSuspect && !_wasFoundOut, request.IsSuspect);
            Fail(request, gone);
        }
    }

    private static void Fail(PythonRequest request, PythonWorkerException gone) =>
        request.Fail(new ModelUnavailableException($"The model's worker stopped at this request: {gone.Message}. It is being replaced."));

    // The first at once; while none comes up, callers are told why.
    private async Task<int> ReplaceAsync(string reason, int failures)
    {
        await _worker!.DisposeAsync();
        Volatile.Write(ref _worker, null);
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                if (failures > 1)
                    await PauseAsync(reason, failures);
                Volatile.Write(ref _worker, await pool.StartAsync(_stop.Token));
                Volatile.Write(ref _problem, null);
                pool.IsBack();
                return failures;
            }
            catch (ModelException failed)
            {
                failures = Math.Max(2, failures + 1);
                reason = failed.Message;
                Log.WorkerNotStarted(logger, pool.Name, reason);
            }
            catch (OperationCanceledException)
            {
                return failures;
            }
        }

        return failures;
    }

    private async Task PauseAsync(string reason, int failures)
    {
        var pause = TimeSpan.FromTicks(Math.Min(LongestPause.Ticks, FirstPause.Ticks << Math.Min(failures - 2, 10)));
        var problem = $"The model's worker stopped: {reason.TrimEnd('.')}. A new one is started in {pause.TotalSeconds:0.#} s.";
        Volatile.Write(ref _problem, problem);
        pool.IsGone(problem);
        await Task.Delay(pause, _stop.Token);
    }
}
