using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Orrery.Storage;

/// <summary>Runs the jobs that this server has handlers for. Any number of servers may: each job is run by the one that holds its lease.</summary>
internal sealed class JobWorker : BackgroundService
{
    private const int PruneBatch = 500;
    private static readonly TimeSpan PruneEvery = TimeSpan.FromMinutes(10);

    private readonly Db _db;
    private readonly Dictionary<string, IJobHandler> _handlers;
    private readonly string[] _kinds;
    private readonly string[] _free;
    private readonly IJobHandler[] _limited;
    private readonly JobOptions _options;
    private readonly JobSignals _signals;
    private readonly ServerIdentity _server;
    private readonly StorageMetrics _metrics;
    private readonly ILogger<JobWorker> _logger;
    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<JobRun, Task> _running = [];
    private DateTimeOffset _pruneAt;

    public JobWorker(
        Db db, IEnumerable<IJobHandler> handlers, JobOptions options, JobSignals signals, ServerIdentity server, StorageMetrics metrics,
        ILogger<JobWorker> logger, TimeProvider time)
    {
        _db = db;
        _handlers = handlers.ToDictionary(static h => h.Kind);
        _kinds = [.. _handlers.Keys];
        _limited = [.. _handlers.Values.Where(static handler => handler.MaxConcurrent < int.MaxValue)];
        _free = [.. _kinds.Except(_limited.Select(static handler => handler.Kind))];
        _options = options;
        _signals = signals;
        _server = server;
        _metrics = metrics;
        _logger = logger;
        _time = time;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (_kinds.Length == 0 || _options.MaxConcurrent == 0)
            return;
        _signals.CancelRequested += Look;
        try
        {
            while (!stoppingToken.IsCancellationRequested)
                await StepAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Each run gives its job back; the host's shutdown timeout limits the wait.
        }
        finally
        {
            _signals.CancelRequested -= Look;
            await Task.WhenAll(_running.Values);
        }
    }

    private async Task StepAsync(CancellationToken stopping)
    {
        try
        {
            await BeginAsync(_free, int.MaxValue, stopping);
            foreach (var handler in _limited)
                await BeginAsync([handler.Kind], handler.MaxConcurrent - _running.Keys.Count(run => run.Kind == handler.Kind), stopping);
            await PruneAsync(stopping);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            Log.JobQueueAway(_logger, e);
        }

        // A run that ends sets the signal too: there is room for another job.
        await _signals.Queue.WaitAsync(_server.Jitter(_options.Poll), stopping);
    }

    private async Task BeginAsync(string[] kinds, int most, CancellationToken stopping)
    {
        foreach (var job in await TakeAsync(kinds, Math.Min(_options.MaxConcurrent - _running.Count, most), stopping))
            Begin(new JobRun(job, _handlers[job.Kind], _db, _options, _metrics, _logger, _time), stopping);
    }

    private async Task<List<LeasedJob>> TakeAsync(string[] kinds, int room, CancellationToken stopping)
    {
        var now = _time.GetUtcNow();
        var nowMs = now.ToUnixTimeMilliseconds();

        // An idle server only reads.
        if (room <= 0 || kinds.Length == 0 || !await _db.ReadAsync(session => JobStore.AnyDueAsync(session, kinds, nowMs), stopping))
            return [];
        var until = (now + _options.Lease).ToUnixTimeMilliseconds();
        var taken = await _db.WriteAsync<List<LeasedJob>>(
            async session => await JobStore.TakeAsync(session, kinds, _server.Name, nowMs, until, room), stopping);
        return taken.Value;
    }

    private void Begin(JobRun run, CancellationToken stopping)
    {
        // Its place in the table comes first, so that it cannot end before it is there.
        var place = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _running[run] = place.Task;
        _ = Task.Run(async () =>
        {
            try
            {
                await run.RunAsync(stopping);
            }
            finally
            {
                _running.TryRemove(run, out _);
                place.SetResult();
                _signals.Queue.Set();
            }
        }, CancellationToken.None);
    }

    private void Look(JobId id)
    {
        foreach (var run in _running.Keys.Where(run => run.Id == id))
            run.Look();
    }

    private async Task PruneAsync(CancellationToken stopping)
    {
        var now = _time.GetUtcNow();
        if (now < _pruneAt)
            return;
        _pruneAt = now + _server.Jitter(PruneEvery);
        var before = (now - _options.Retention).ToUnixTimeMilliseconds();
        while (await _db.WriteAsync<int>(async session => await JobStore.PruneAsync(session, before, PruneBatch), stopping) is { Value: PruneBatch })
        {
        }
    }
}
