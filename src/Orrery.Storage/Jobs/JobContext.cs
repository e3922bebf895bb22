using Orrery.Kernel;

namespace Orrery.Storage;

/// <summary>A job under a lease, as its handler sees it. Thread-safe.</summary>
public sealed class JobContext
{
    private readonly Lock _lock = new();
    private (double Progress, string? Message)? _report;

    internal JobContext(LeasedJob job) => Lease = job;

    /// <summary>The job.</summary>
    public JobId Id => Lease.Id;

    /// <summary>Its kind.</summary>
    public string Kind => Lease.Kind;

    /// <summary>What was asked for: JSON, the kind's own.</summary>
    public string Payload => Lease.Payload;

    /// <summary>Who asked for it, and the workspace it acts in.</summary>
    public Actor Actor => Lease.Actor;

    /// <summary>Which attempt this is, from 1.</summary>
    public int Attempt => Lease.Attempts;

    internal LeasedJob Lease { get; }

    /// <summary>Of the latest report, written or not; null before the first.</summary>
    internal string? LastMessage { get; private set; }

    /// <summary>Says how far it is. Cheap and never fails: only the latest report is written, about once a second and at the end.</summary>
    /// <param name="progress">0 to 1; clamped.</param>
    /// <param name="message">What it is doing, for people.</param>
    public void Report(double progress, string message)
    {
        lock (_lock)
        {
            _report = (double.IsNaN(progress) ? 0 : Math.Clamp(progress, 0, 1), message);
            LastMessage = message;
        }
    }

    /// <summary>
    /// Checks, inside the handler's own transaction, that this server still holds the job, and keeps it so until the
    /// transaction ends. Return its failure to undo the transaction: another server runs the job now.
    /// </summary>
    /// <returns><c>storage.job_lease_lost</c> (conflict) when the lease went to another server or the job is final.</returns>
    public async ValueTask<Result<Done>> GuardAsync(DbSession session) => await JobStore.HoldsAsync(session, Lease)
        ? Done.Ok
        : Failure.Conflict("storage.job_lease_lost", $"This server lost its lease of job {Id} ({Kind}): another one runs it, or it is finished.");

    /// <summary>The report that has not been written yet; null when there is none.</summary>
    internal (double Progress, string? Message)? TakeReport()
    {
        lock (_lock)
        {
            var report = _report;
            _report = null;
            return report;
        }
    }
}
