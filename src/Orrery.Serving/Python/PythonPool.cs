using Microsoft.Extensions.Logging;

namespace Orrery.Serving;

/// <summary>The workers of one model, from the fewest to the most, and the queue before them.</summary>
internal sealed class PythonPool : IAsyncDisposable
{
    private const long LongestCall = 60_000;
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Idle = TimeSpan.FromMinutes(1);

    private readonly PythonOptions _options;
    private readonly ModelOptions _shape;
    private readonly PythonFolder _folder;
    private readonly Func<string, PythonSetup> _setup;
    private readonly ILogger _logger;
    private readonly Lock _lock = new();
    private readonly List<PythonReplica> _replicas = [];
    private readonly CancellationTokenSource _stop = new();
    private Task _watching = Task.CompletedTask;
    private Task _growing = Task.CompletedTask;
    private string? _gone;
    private int _mostRows;

    /// <summary>A pool without workers; <see cref="BeginAsync"/> starts them.</summary>
    public PythonPool(
        string name, PythonOptions options, ModelOptions shape, int mostRows, PythonFolder folder, Func<string, string, PythonSetup> setup, PoolMetrics metrics, ILogger logger)
    {
        (Name, _options, _shape, _folder, Metrics, _logger, _mostRows) = (name, options, shape, folder, metrics, logger, mostRows);
        _setup = temp => setup(folder.Model, temp);
        Delay = TimeSpan.FromMilliseconds(shape.BatchDelayMs);
        Queue = new PythonQueue(options.MaxQueue);
    }

    /// <summary>Model and version, for the log.</summary>
    public string Name { get; }

    public PythonQueue Queue { get; }

    /// <summary>Of its queue and its batches.</summary>
    public PoolMetrics Metrics { get; }

    /// <summary>Why workers are missing; null when none is for long.</summary>
    public ModelProblem? Problem
    {
        get
        {
            lock (_lock)
            {
                return _replicas.Select(static replica => replica.Problem).FirstOrDefault(static problem => problem is not null) is { } reason
                    ? new(reason, _replicas.Exists(static replica => replica.Worker is not null))
                    : null;
            }
        }
    }

    /// <summary>Most rows that requests are put together to.</summary>
    public int MostRows => Volatile.Read(ref _mostRows);

    public TimeSpan Delay { get; }

    /// <summary>Of the model's files and the workers' own.</summary>
    public string Folder => _folder.Path;

    /// <summary>Of the workers that run.</summary>
    public IReadOnlyList<int> ProcessIds => [.. Workers().Select(static worker => worker.ProcessId)];

    /// <summary>Of the workers that run.</summary>
    public long MemoryBytes => Workers().Sum(static worker => worker.Ready.Memory);

    /// <summary>Starts the fewest workers, all at once.</summary>
    /// <exception cref="ModelException">One does not come up.</exception>
    public async Task<PythonReady> BeginAsync(CancellationToken cancel)
    {
        PythonReplica[] first = [.. Enumerable.Range(0, Math.Max(1, _shape.MinReplicas)).Select(_ => new PythonReplica(this, _logger))];
        _replicas.AddRange(first);
        await Task.WhenAll(first.Select(replica => replica.BeginAsync(cancel)));
        _watching = Task.Run(WatchAsync, CancellationToken.None);
        return first[0].Worker!.Ready;
    }

    /// <summary>Starts a worker.</summary>
    /// <exception cref="ModelException">It does not come up.</exception>
    public async Task<PythonWorker> StartAsync(CancellationToken cancel)
    {
        try
        {
            return await PythonWorker.StartAsync(_options, _folder, _setup, _shape.Threads, cancel);
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException or System.Net.Sockets.SocketException)
        {
            throw new ModelException($"A worker of the model cannot be started: {failed.Message}", failed);
        }
    }

    /// <summary>Answers a request.</summary>
    /// <exception cref="ModelUnavailableException">Too many wait, or no worker comes up.</exception>
    public async ValueTask<PythonAnswer> AnswerAsync(PythonRequest request, CancellationToken cancel)
    {
        if (Volatile.Read(ref _gone) is { } reason)
            throw new ModelUnavailableException(reason);
        if (!Queue.TryAdd(request))
            throw new ModelUnavailableException($"{_options.MaxQueue} requests wait for the model already (Orrery:Serving:Python:MaxQueue).");
        return await request.WaitAsync(cancel);
    }

    /// <summary>When a worker with these requests is taken to hang.</summary>
    public long HangsAt(IReadOnlyList<PythonRequest> batch)
    {
        var latest = 0L;
        foreach (var request in batch)
            latest = Math.Max(latest, request.Deadline);
        return (latest > 0 ? latest : Environment.TickCount64 + LongestCall) + _options.HangGraceMs;
    }

    /// <summary>Takes each request alone from now on.</summary>
    public void CannotBatch() => Volatile.Write(ref _mostRows, 1);

    /// <summary>A replica is without a worker for a while; when all are, nobody waits in vain.</summary>
    public void IsGone(string reason)
    {
        lock (_lock)
        {
            if (_replicas.Exists(static replica => replica.Worker is not null))
                return;
            _gone = reason;
        }

        foreach (var request in Queue.TakeAll())
            request.Fail(new ModelUnavailableException(reason));
    }

    /// <summary>A replica has a worker again.</summary>
    public void IsBack() => Volatile.Write(ref _gone, null);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _watching;
        await _growing;
        foreach (var replica in _replicas)
            await replica.DisposeAsync();
        foreach (var request in Queue.TakeAll())
            request.Fail(new ModelUnavailableException("The model was unloaded; try again."));
        Queue.Dispose();
        _folder.Dispose();
        _stop.Dispose();
    }

    private List<PythonWorker> Workers()
    {
        lock (_lock)
            return [.. _replicas.Select(static replica => replica.Worker).OfType<PythonWorker>()];
    }

    // Kills what hangs; more replicas while requests wait, fewer when they are idle.
    private async Task WatchAsync()
    {
        var rule = new ReplicaRule(Math.Max(1, _shape.MinReplicas), _shape.MaxReplicas, Idle);
        while (!_stop.IsCancellationRequested)
        {
            await Task.Delay(Look, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            var now = Environment.TickCount64;
            foreach (var worker in Workers())
                worker.KillIfHung(now);
            var waits = Queue.Count > 0 && Volatile.Read(ref _gone) is null;
            var change = rule.Look(waits, _replicas.Count, TimeSpan.FromMilliseconds(now - _replicas[^1].LastUsed));
            if (change > 0)
                _growing = _growing.IsCompleted ? GrowAsync() : _growing;
            else if (change < 0)
                await ShrinkAsync();
        }
    }

    private async Task GrowAsync()
    {
        var replica = new PythonReplica(this, _logger);
        try
        {
            await replica.BeginAsync(_stop.Token);
            lock (_lock)
                _replicas.Add(replica);
        }
        catch (Exception failed) when (failed is ModelException or OperationCanceledException)
        {
            await replica.DisposeAsync();
            if (failed is ModelException)
                Log.WorkerNotStarted(_logger, Name, failed.Message);
        }
    }

    private async Task ShrinkAsync()
    {
        PythonReplica last;
        lock (_lock)
        {
            last = _replicas[^1];
            _replicas.RemoveAt(_replicas.Count - 1);
        }

        await last.StopAsync();
        await last.DisposeAsync();
    }
}
