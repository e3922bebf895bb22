using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Orrery.Storage;
using Orrery.Testing;

namespace Orrery.Tests.Integration;

/// <summary>A server that delivers events, on a clock of the test's.</summary>
internal sealed class OutboxServer : IAsyncDisposable
{
    private readonly OutboxDispatcher _dispatcher;
    private readonly OutboxSignals _signals;

    public OutboxServer(TestDatabase database, FakeTimeProvider clock, params IEventHandler[] handlers)
    {
        Metrics = database.Services.GetRequiredService<StorageMetrics>();
        _signals = new OutboxSignals(clock);
        Outbox = new Outbox(database.Db, clock, _signals);
        _dispatcher = new OutboxDispatcher(
            database.Db, handlers, new OutboxOptions { MaxAttempts = 3 }, _signals, new ServerIdentity(clock), Metrics,
            NullLogger<OutboxDispatcher>.Instance, clock);
    }

    public Outbox Outbox { get; }

    public StorageMetrics Metrics { get; }

    public Task StartAsync() => _dispatcher.StartAsync(CancellationToken.None);

    public Task StopAsync() => _dispatcher.StopAsync(CancellationToken.None);

    /// <summary>As if it were time to look for events and for deliveries that are due again.</summary>
    public void Look()
    {
        _signals.Appended.Set();
        _signals.Retry();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _dispatcher.Dispose();
    }
}
