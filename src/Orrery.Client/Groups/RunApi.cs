using Orrery.Contracts;

namespace Orrery.Client;

/// <summary>Calls on runs.</summary>
public sealed class RunApi
{
    private readonly Wire _wire;

    internal RunApi(Wire wire) => _wire = wire;

    /// <summary>Starts a run. Its start time is now unless given.</summary>
    public async Task<Run> CreateAsync(CreateRun run, CancellationToken cancel = default)
    {
        var timed = run with { StartTime = run.StartTime ?? Now };
        return (await _wire.MlflowAsync<CreateRun, RunAnswer>("runs/create", timed, Repeat.IfNotActed, cancel)).Run;
    }

    /// <summary>A run by its id, deleted ones included. 404 when there is none.</summary>
    public async Task<Run> GetAsync(string runId, CancellationToken cancel = default) =>
        (await _wire.GetMlflowAsync<RunAnswer>(new Query("runs/get").With("run_id", runId), cancel)).Run;

    /// <summary>Changes status, end time or name.</summary>
    public async Task<RunInfo> UpdateAsync(UpdateRun change, CancellationToken cancel = default) =>
        (await _wire.MlflowAsync<UpdateRun, RunInfoAnswer>("runs/update", change, Repeat.Always, cancel)).RunInfo;

    /// <summary>Ends a run now.</summary>
    public Task<RunInfo> FinishAsync(string runId, RunStatus status = RunStatus.Finished, CancellationToken cancel = default) =>
        UpdateAsync(new UpdateRun { RunId = runId, Status = status, EndTime = Now }, cancel);

    /// <summary>Puts a run into the bin.</summary>
    public Task DeleteAsync(string runId, CancellationToken cancel = default) =>
        _wire.MlflowAsync("runs/delete", new RunRef(runId), Repeat.IfNotActed, cancel);

    /// <summary>Takes a run out of the bin.</summary>
    public Task RestoreAsync(string runId, CancellationToken cancel = default) =>
        _wire.MlflowAsync("runs/restore", new RunRef(runId), Repeat.IfNotActed, cancel);

    /// <summary>Sets a tag.</summary>
    public Task SetTagAsync(string runId, string key, string value, CancellationToken cancel = default) =>
        _wire.MlflowAsync("runs/set-tag", new SetRunTag(runId, key, value), Repeat.Always, cancel);

    /// <summary>Removes a tag. 404 when there is none.</summary>
    public Task DeleteTagAsync(string runId, string key, CancellationToken cancel = default) =>
        _wire.MlflowAsync("runs/delete-tag", new DeleteRunTag(runId, key), Repeat.IfNotActed, cancel);

    /// <summary>Logs metrics, parameters and tags within <see cref="TrackingLimits"/>; all of them or none.</summary>
    public Task LogBatchAsync(LogBatch batch, CancellationToken cancel = default) =>
        _wire.MlflowAsync("runs/log-batch", batch, Repeat.Always, cancel);

    /// <summary>Records what a run reads.</summary>
    public Task LogInputsAsync(LogInputs inputs, CancellationToken cancel = default) =>
        _wire.MlflowAsync("runs/log-inputs", inputs, Repeat.Always, cancel);

    /// <summary>Records the logged models that a run made. Needs an MLflow 3 server.</summary>
    public Task LogOutputsAsync(LogOutputs outputs, CancellationToken cancel = default) =>
        _wire.MlflowAsync("runs/outputs", outputs, Repeat.Always, cancel);

    /// <summary>A writer that collects what a run logs and sends it in batches.</summary>
    public RunWriter Write(string runId, RunWriterOptions? options = null) => new(this, runId, options ?? new(), _wire.Options.Time);

    /// <summary>All runs that match, page by page.</summary>
    public IAsyncEnumerable<Run> SearchAsync(SearchRuns query, CancellationToken cancel = default) => Paging.AllAsync(
        (token, stop) => SearchPageAsync(query with { PageToken = token }, stop),
        page => page.Runs,
        page => page.NextPageToken,
        query.PageToken,
        cancel);

    /// <summary>One page of the runs that match.</summary>
    public Task<RunPage> SearchPageAsync(SearchRuns query, CancellationToken cancel = default) =>
        _wire.MlflowAsync<SearchRuns, RunPage>("runs/search", query, Repeat.Always, cancel);

    /// <summary>Runs with the same code, parameters and data.</summary>
    public Task<EqualRuns> GetEqualAsync(string runId, CancellationToken cancel = default) =>
        _wire.GetNativeAsync<EqualRuns>($"runs/{Uri.EscapeDataString(runId)}/equal", cancel);

    /// <summary>Where a run ran; null when it was not captured.</summary>
    public async Task<RunEnvironment?> FindEnvironmentAsync(string runId, CancellationToken cancel = default)
    {
        try
        {
            return await _wire.GetNativeAsync<RunEnvironment>($"runs/{Uri.EscapeDataString(runId)}/environment", cancel);
        }
        catch (OrreryApiException refused) when (refused.ErrorCode is "tracking.no_environment")
        {
            return null;
        }
    }

    /// <summary>Stores where a run ran; <see cref="EnvironmentCapture.TakeAsync"/> captures the present process.</summary>
    public Task<RunEnvironment> SetEnvironmentAsync(string runId, RunEnvironment environment, CancellationToken cancel = default) =>
        _wire.NativeAsync<RunEnvironment, RunEnvironment>(
            $"runs/{Uri.EscapeDataString(runId)}/environment", environment, Repeat.Always, cancel, HttpMethod.Put);

    /// <summary>2 to 100 runs side by side.</summary>
    public Task<RunComparison> CompareAsync(IEnumerable<string> runIds, bool differing = false, CancellationToken cancel = default) =>
        _wire.GetNativeAsync<RunComparison>(
            new Query("runs/compare").With("run_ids", runIds).With("differing", differing ? "true" : null), cancel);

    /// <summary>Groups of runs compared by tests, intervals and effect sizes; 400 <c>tracking.invalid_comparison</c>, 404.</summary>
    public Task<RunStatistics> CompareStatisticsAsync(RunStatisticsQuery query, CancellationToken cancel = default) =>
        _wire.NativeAsync<RunStatisticsQuery, RunStatistics>("runs/compare-statistics", query, Repeat.Always, cancel);

    private long Now => _wire.Options.Time.GetUtcNow().ToUnixTimeMilliseconds();
}
