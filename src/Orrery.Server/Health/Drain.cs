namespace Orrery.Server;

/// <summary>After SIGTERM the server says "not ready" and goes on answering for a while, so that balancers notice before connections are refused.</summary>
internal sealed class Drain(ServerOptions options, TimeProvider time, ILogger<Drain> logger) : IHostedLifecycleService
{
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        Log.Stopping(logger, options.ShutdownTimeout);
        if (options.DrainDelay > TimeSpan.Zero)
            await Task.Delay(options.DrainDelay, time, cancellationToken);
    }

    public Task StoppedAsync(CancellationToken cancellationToken)
    {
        Log.Stopped(logger);
        return Task.CompletedTask;
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
