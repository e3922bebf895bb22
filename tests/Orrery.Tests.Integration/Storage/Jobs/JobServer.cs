using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Orrery.Storage;
using Orrery.Testing;

namespace Orrery.Tests.Integration;

/// <summary>A server that runs jobs, on a clock of the test's.</summary>
internal sealed class JobServer : IAsyncDisposable
{
    private readonly JobWorker _worker;
    private readonly JobSignals _signals;

    public JobServer(Db db, FakeTimeProvider clock, StorageMetrics metrics, JobOptions options, params IJobHandler[] handlers)
    {
        _signals = new JobSignals(clock);
        Jobs = new Jobs(db, clock, _signals);
        _worker = new JobWorker(db, handlers, options, _signals, new ServerIdentity(clock), metrics, NullLogger<JobWorker>.Instance, clock);
    }

    public Jobs Jobs { get; }

    public static JobServer On(TestDatabase database, FakeTimeProvider clock, params IJobHandler[] handlers) =>
        new(database.Db, clock, database.Services.GetRequiredService<StorageMetrics>(), new JobOptions(), handlers);

    public Task StartAsync() => _worker.StartAsync(CancellationToken.None);

    public Task StopAsync() => _worker.StopAsync(CancellationToken.None);

    /// <summary>As if it were time to poll.</summary>
    public void Look() => _signals.Queue.Set();

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _worker.Dispose();
    }
}
