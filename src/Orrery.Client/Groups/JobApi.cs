using Orrery.Contracts;

namespace Orrery.Client;

/// <summary>Calls on the server's jobs. Native: an MLflow server answers 404.</summary>
public sealed class JobApi
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(500);

    private readonly Wire _wire;

    internal JobApi(Wire wire) => _wire = wire;

    /// <summary>A job. 404 when there is none.</summary>
    public Task<Job> GetAsync(string jobId, CancellationToken cancel = default) => _wire.GetNativeAsync<Job>(Path(jobId), cancel);

    /// <summary>All jobs, newest first, page by page.</summary>
    public IAsyncEnumerable<Job> ListAsync(JobState? state = null, string? kind = null, CancellationToken cancel = default) =>
        Paging.AllAsync(
            (token, stop) => ListPageAsync(state, kind, null, token, stop),
            page => page.Jobs,
            page => page.NextPageToken,
            cancel: cancel);

    /// <summary>One page of the jobs, newest first.</summary>
    public Task<JobPage> ListPageAsync(
        JobState? state, string? kind, int? limit, string? pageToken, CancellationToken cancel = default) =>
        _wire.GetNativeAsync<JobPage>(
            new Query("jobs")
                .With("state", state?.ToString().ToLowerInvariant())
                .With("kind", kind)
                .With("limit", limit)
                .With("page_token", pageToken),
            cancel);

    /// <summary>Asks a job to stop. 409 <c>storage.job_finished</c> when it has ended.</summary>
    public Task<Job> CancelAsync(string jobId, CancellationToken cancel = default) =>
        _wire.NativeAsync<Job>(HttpMethod.Post, Path(jobId) + "/cancel", Repeat.IfNotActed, cancel);

    /// <summary>Starts a job that removes for good what was deleted long ago.</summary>
    public Task<Job> StartGcAsync(GcRequest request, CancellationToken cancel = default) =>
        _wire.NativeAsync<GcRequest, Job>("gc", request, Repeat.IfNotActed, cancel);

    /// <summary>Waits until a job ends, well or not.</summary>
    public async Task<Job> WaitAsync(string jobId, IProgress<Job>? progress = null, CancellationToken cancel = default)
    {
        while (true)
        {
            var job = await GetAsync(jobId, cancel);
            progress?.Report(job);
            if (job.State is JobState.Succeeded or JobState.Failed or JobState.Cancelled)
                return job;
            await Task.Delay(Poll, _wire.Options.Time, cancel);
        }
    }

    private static string Path(string jobId) => "jobs/" + Uri.EscapeDataString(jobId);
}
