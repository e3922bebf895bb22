using Orrery.Native;
using Orrery.Storage;

namespace Orrery.Features;

/// <summary>Tells a job how far the engine is, twice a second.</summary>
internal sealed class JoinProgress : IAsyncDisposable
{
    private readonly CancellationTokenSource _end = new();
    private readonly Task _telling;
    private volatile DuckConnection? _connection;

    public JoinProgress(JobContext job)
    {
        job.Report(0, "waiting for the engine");
        _telling = TellAsync(job);
    }

    /// <summary>Looks at a connection from now on.</summary>
    public void Watch(DuckConnection connection) => _connection = connection;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _telling;
        _end.Dispose();
    }

    private async Task TellAsync(JobContext job)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(0.5));
        try
        {
            while (await timer.WaitForNextTickAsync(_end.Token))
            {
                if (_connection is { } connection)
                    job.Report(Math.Min(0.99, connection.Progress ?? 0), "joining");
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            // The work is done.
        }
    }
}
