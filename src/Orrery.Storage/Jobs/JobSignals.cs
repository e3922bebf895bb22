namespace Orrery.Storage;

/// <summary>What <see cref="Jobs"/> tells the worker of the same server, so that it need not wait for its next look into the table.</summary>
internal sealed class JobSignals(TimeProvider time)
{
    /// <summary>There may be something to run.</summary>
    public Signal Queue { get; } = new(time);

    /// <summary>Somebody asked to stop this job.</summary>
    public event Action<JobId>? CancelRequested;

    public void RequestCancel(JobId id) => CancelRequested?.Invoke(id);
}
