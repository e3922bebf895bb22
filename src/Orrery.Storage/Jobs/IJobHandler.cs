using Orrery.Kernel;

namespace Orrery.Storage;

/// <summary>Runs one kind of job. Modules implement it and register it as a singleton <see cref="IJobHandler"/>.</summary>
public interface IJobHandler
{
    /// <summary>The kind, dotted, module first: <c>tracking.gc</c>. No two handlers share one.</summary>
    public string Kind { get; }

    /// <summary>How often it is tried.</summary>
    public JobPolicy Policy => JobPolicy.Default;

    /// <summary>Most jobs of this kind that a server runs at once; those beyond wait and leave room for other kinds.</summary>
    public int MaxConcurrent => int.MaxValue;

    /// <summary>
    /// Does the work. It may be run again after a crash, so it must be able to begin anew or to go on where it was. A failure of
    /// kind <see cref="FailureKind.Unavailable"/> or <see cref="FailureKind.Exhausted"/> and any exception are tried again as
    /// <see cref="Policy"/> says; other failures are final.
    /// </summary>
    /// <param name="job">What to do, and the job's own surface.</param>
    /// <param name="cancel">
    /// Set when somebody cancels the job, when the server stops (the job is then given back and goes on elsewhere) and when the
    /// lease is lost. Let the <see cref="OperationCanceledException"/> through.
    /// </param>
    /// <returns>The result as JSON, or null when there is nothing to say.</returns>
    public Task<Result<string?>> RunAsync(JobContext job, CancellationToken cancel);
}
