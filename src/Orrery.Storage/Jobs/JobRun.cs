using Microsoft.Extensions.Logging;
using Orrery.Kernel;

namespace Orrery.Storage;

/// <summary>One attempt at a job, under its lease: the handler beside a heartbeat, and what becomes of the job then.</summary>
internal sealed class JobRun(LeasedJob job, IJobHandler handler, Db db, JobOptions options, StorageMetrics metrics, ILogger logger, TimeProvider time)
{
    private static readonly TimeSpan WriteAgainAfter = TimeSpan.FromSeconds(1);
    private readonly JobContext _context = new(job);
    private readonly Signal _beat = new(time);
    private volatile bool _cancelRequested;
    private volatile bool _lost;

    public JobId Id => job.Id;

    public string Kind => job.Kind;

    /// <summary>Looks now whether somebody asked to stop it.</summary>
    public void Look() => _beat.Set();

    /// <summary>Runs it to the attempt's end. Does not throw.</summary>
    /// <param name="stopping">The server stops: the job goes back to the queue.</param>
    public async Task RunAsync(CancellationToken stopping)
    {
        var started = time.GetTimestamp();
        using var span = StorageTraces.BeginJob(job.Kind, job.Attempts);
        metrics.JobBegun();
        Log.JobBegins(logger, job.Id, job.Kind, job.Attempts);
        var end = ForegoneEnd() ?? await AttemptAsync(stopping);
        var outcome = "lost";
        if (!_lost && await WriteAsync(end, stopping))
            outcome = end.State is JobState.Queued ? (end.Counted ? "retry" : "given_back") : JobStore.Name(end.State);
        if (outcome is "lost")
            Log.JobLost(logger, job.Id, job.Kind);
        else if (end.State is JobState.Failed)
            Log.JobFailed(logger, job.Id, job.Kind, job.Attempts, end.ErrorCode, end.Error);
        else
            Log.JobEnded(logger, job.Id, job.Kind, outcome, time.GetElapsedTime(started));
        span.Ended(outcome, outcome is "lost" ? "The lease was lost." : end.ErrorCode);
        metrics.JobEnded(job.Kind, outcome, time.GetElapsedTime(started));
    }

    /// <summary>The end of a job that is not worth beginning.</summary>
    private JobEnd? ForegoneEnd()
    {
        if (job.CancelRequested)
            return new JobEnd(JobState.Cancelled);
        if (job.Attempts <= handler.Policy.MaxAttempts)
            return null;
        return new JobEnd(JobState.Failed)
        {
            ErrorCode = "storage.job_attempts_used_up",
            Error = $"All {handler.Policy.MaxAttempts} attempts were begun and the last one's server stopped without a word: it crashed, was killed, or lost the database.",
        };
    }

    private async Task<JobEnd> AttemptAsync(CancellationToken stopping)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        using var ended = new CancellationTokenSource();
        var heart = BeatAsync(stop, ended.Token);
        var end = await HandleAsync(stop.Token);
        await ended.CancelAsync();
        await heart;
        return end with { Report = end.State is JobState.Succeeded ? (1, _context.LastMessage) : _context.TakeReport() };
    }

    private async Task<JobEnd> HandleAsync(CancellationToken stop)
    {
        try
        {
            var result = await handler.RunAsync(_context, stop);
            if (!result.Failed(out var failure, out var value))
                return new JobEnd(JobState.Succeeded) { Result = value };
            if (stop.IsCancellationRequested)
                return Interrupted();
            return Failed(failure.Code, failure.Message, final: failure.Kind is not (FailureKind.Unavailable or FailureKind.Exhausted));
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return Interrupted();
        }
        catch (Exception e)
        {
            Log.JobThrew(logger, job.Id, job.Kind, job.Attempts, e);
            return Failed("storage.job_threw", $"{e.GetType().Name}: {e.Message}", final: false);
        }
    }

    private JobEnd Interrupted() => _cancelRequested
        ? new JobEnd(JobState.Cancelled)
        : new JobEnd(JobState.Queued) { Counted = false };

    private JobEnd Failed(string code, string message, bool final)
    {
        final |= job.Attempts >= handler.Policy.MaxAttempts;
        return new JobEnd(final ? JobState.Failed : JobState.Queued)
        {
            ErrorCode = code,
            Error = message,
            RetryAfter = final ? TimeSpan.Zero : handler.Policy.RetryAfter(job.Attempts),
        };
    }

    /// <summary>Keeps the lease, writes progress, and stops the handler when it must stop.</summary>
    private async Task BeatAsync(CancellationTokenSource stop, CancellationToken ended)
    {
        var heldUntil = time.GetUtcNow() + options.Lease;
        var renewAt = time.GetUtcNow() + options.Heartbeat;
        while (!ended.IsCancellationRequested)
        {
            try
            {
                var asked = await _beat.WaitAsync(options.ProgressInterval, ended);
                var now = time.GetUtcNow();
                var report = _context.TakeReport();
                if (!asked && report is null && now < renewAt)
                    continue;
                renewAt = now + options.Heartbeat;
                await RenewAsync(now + options.Lease, report, stop);
                heldUntil = now + options.Lease;
            }
            catch (OperationCanceledException) when (ended.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                Log.JobNotWritten(logger, job.Id, job.Kind, e);
                renewAt = time.GetUtcNow() + WriteAgainAfter;
                if (time.GetUtcNow() >= heldUntil)
                    await LoseAsync(stop);
            }

            if (_lost)
                return;
        }
    }

    private async Task RenewAsync(DateTimeOffset until, (double Progress, string? Message)? report, CancellationTokenSource stop)
    {
        var renewed = await db.WriteAsync<bool?>(
            async session => await JobStore.RenewAsync(session, job, until.ToUnixTimeMilliseconds(), report), CancellationToken.None);
        if (renewed.Value is not { } cancelRequested)
        {
            await LoseAsync(stop);
            return;
        }

        if (!cancelRequested || _cancelRequested)
            return;
        _cancelRequested = true;
        await stop.CancelAsync();
    }

    private async Task LoseAsync(CancellationTokenSource stop)
    {
        _lost = true;
        await stop.CancelAsync();
    }

    /// <summary>Writes the attempt's end, for as long as the server runs; false when the lease is lost or it could not be written.</summary>
    private async Task<bool> WriteAsync(JobEnd end, CancellationToken stopping)
    {
        while (true)
        {
            try
            {
                var now = time.GetUtcNow();
                var written = await db.WriteAsync<bool>(
                    async session => end.State is JobState.Queued
                        ? await JobStore.RequeueAsync(session, job, end, (now + end.RetryAfter).ToUnixTimeMilliseconds())
                        : await JobStore.FinishAsync(session, job, end, now.ToUnixTimeMilliseconds()),
                    CancellationToken.None);
                return written.Value;
            }
            catch (Exception e)
            {
                Log.JobNotWritten(logger, job.Id, job.Kind, e);
                if (e is not DatabaseUnavailableException || stopping.IsCancellationRequested)
                    return false;
            }

            await Task.Delay(WriteAgainAfter, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
