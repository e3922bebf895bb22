using Orrery.Contracts;

namespace Orrery.Client;

/// <summary>Calls on experiments.</summary>
public sealed class ExperimentApi
{
    private readonly Wire _wire;

    internal ExperimentApi(Wire wire) => _wire = wire;

    /// <summary>Creates an experiment and returns its id. 400 <c>RESOURCE_ALREADY_EXISTS</c> when the name is taken.</summary>
    public async Task<string> CreateAsync(CreateExperiment experiment, CancellationToken cancel = default) =>
        (await _wire.MlflowAsync<CreateExperiment, ExperimentRef>("experiments/create", experiment, Repeat.IfNotActed, cancel)).ExperimentId;

    /// <summary>An experiment by its id, deleted ones included. 404 when there is none.</summary>
    public async Task<Experiment> GetAsync(string experimentId, CancellationToken cancel = default) =>
        (await _wire.GetMlflowAsync<ExperimentAnswer>(new Query("experiments/get").With("experiment_id", experimentId), cancel)).Experiment;

    /// <summary>An experiment by its name, deleted ones included; null when there is none.</summary>
    public async Task<Experiment?> FindAsync(string name, CancellationToken cancel = default)
    {
        try
        {
            var path = new Query("experiments/get-by-name").With("experiment_name", name);
            return (await _wire.GetMlflowAsync<ExperimentAnswer>(path, cancel)).Experiment;
        }
        catch (OrreryApiException refused) when (refused.IsNotFound)
        {
            return null;
        }
    }

    /// <summary>The experiment of a name, created when there is none.</summary>
    public async Task<Experiment> GetOrCreateAsync(string name, CancellationToken cancel = default)
    {
        if (await FindAsync(name, cancel) is { } found)
            return found;
        try
        {
            return await GetAsync(await CreateAsync(new CreateExperiment { Name = name }, cancel), cancel);
        }
        catch (OrreryApiException taken) when (taken.IsAlreadyExists)
        {
            // Another caller was faster.
            if (await FindAsync(name, cancel) is { } theirs)
                return theirs;
            throw;
        }
    }

    /// <summary>All experiments that match, page by page.</summary>
    public IAsyncEnumerable<Experiment> SearchAsync(SearchExperiments query, CancellationToken cancel = default) => Paging.AllAsync(
        (token, stop) => SearchPageAsync(query with { PageToken = token }, stop),
        page => page.Experiments,
        page => page.NextPageToken,
        query.PageToken,
        cancel);

    /// <summary>One page of the experiments that match.</summary>
    public Task<ExperimentPage> SearchPageAsync(SearchExperiments query, CancellationToken cancel = default)
    {
        var sized = query.MaxResults is 0 ? query with { MaxResults = 1000 } : query;
        return _wire.MlflowAsync<SearchExperiments, ExperimentPage>("experiments/search", sized, Repeat.Always, cancel);
    }

    /// <summary>Puts an experiment and its runs into the bin.</summary>
    public Task DeleteAsync(string experimentId, CancellationToken cancel = default) =>
        _wire.MlflowAsync("experiments/delete", new ExperimentRef(experimentId), Repeat.IfNotActed, cancel);

    /// <summary>Takes an experiment and its runs out of the bin.</summary>
    public Task RestoreAsync(string experimentId, CancellationToken cancel = default) =>
        _wire.MlflowAsync("experiments/restore", new ExperimentRef(experimentId), Repeat.IfNotActed, cancel);

    /// <summary>Renames an experiment.</summary>
    public Task RenameAsync(string experimentId, string newName, CancellationToken cancel = default) =>
        _wire.MlflowAsync("experiments/update", new RenameExperiment(experimentId, newName), Repeat.Always, cancel);

    /// <summary>Sets a tag.</summary>
    public Task SetTagAsync(string experimentId, string key, string value, CancellationToken cancel = default) =>
        _wire.MlflowAsync("experiments/set-experiment-tag", new SetExperimentTag(experimentId, key, value), Repeat.Always, cancel);

    /// <summary>Removes a tag. 404 when there is none.</summary>
    public Task DeleteTagAsync(string experimentId, string key, CancellationToken cancel = default) =>
        _wire.MlflowAsync("experiments/delete-experiment-tag", new DeleteExperimentTag(experimentId, key), Repeat.IfNotActed, cancel);
}
