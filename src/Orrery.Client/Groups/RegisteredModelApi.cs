using Orrery.Contracts;

namespace Orrery.Client;

/// <summary>Calls on registered models.</summary>
public sealed class RegisteredModelApi
{
    private readonly Wire _wire;

    internal RegisteredModelApi(Wire wire) => _wire = wire;

    /// <summary>Creates a registered model. 400 <c>RESOURCE_ALREADY_EXISTS</c> when the name is taken.</summary>
    public async Task<RegisteredModel> CreateAsync(CreateRegisteredModel model, CancellationToken cancel = default) =>
        (await _wire.MlflowAsync<CreateRegisteredModel, RegisteredModelAnswer>(
            "registered-models/create", model, Repeat.IfNotActed, cancel)).RegisteredModel;

    /// <summary>A registered model. 404 when there is none.</summary>
    public async Task<RegisteredModel> GetAsync(string name, CancellationToken cancel = default) =>
        (await _wire.GetMlflowAsync<RegisteredModelAnswer>(new Query("registered-models/get").With("name", name), cancel)).RegisteredModel;

    /// <summary>Creates a registered model unless it exists.</summary>
    public async Task EnsureAsync(string name, CancellationToken cancel = default)
    {
        try
        {
            await CreateAsync(new CreateRegisteredModel { Name = name }, cancel);
        }
        catch (OrreryApiException taken) when (taken.IsAlreadyExists)
        {
            // It is there, which is all that was wanted.
        }
    }

    /// <summary>All registered models that match, page by page.</summary>
    public IAsyncEnumerable<RegisteredModel> SearchAsync(string? filter = null, string? orderBy = null, CancellationToken cancel = default) =>
        Paging.AllAsync(
            (token, stop) => SearchPageAsync(filter, orderBy, null, token, stop),
            page => page.RegisteredModels,
            page => page.NextPageToken,
            cancel: cancel);

    /// <summary>One page of the registered models that match. At most 1,000 a page; 100 unless given.</summary>
    public Task<RegisteredModelPage> SearchPageAsync(
        string? filter, string? orderBy, int? maxResults, string? pageToken, CancellationToken cancel = default) =>
        _wire.GetMlflowAsync<RegisteredModelPage>(
            new Query("registered-models/search")
                .With("filter", filter)
                .With("order_by", orderBy)
                .With("max_results", maxResults ?? 100)
                .With("page_token", pageToken),
            cancel);

    /// <summary>Renames a model with all its versions.</summary>
    public async Task<RegisteredModel> RenameAsync(string name, string newName, CancellationToken cancel = default) =>
        (await _wire.MlflowAsync<RenameRegisteredModel, RegisteredModelAnswer>(
            "registered-models/rename", new(name, newName), Repeat.IfNotActed, cancel)).RegisteredModel;

    /// <summary>Changes the text for people.</summary>
    public async Task<RegisteredModel> DescribeAsync(string name, string description, CancellationToken cancel = default) =>
        (await _wire.MlflowAsync<UpdateRegisteredModel, RegisteredModelAnswer>(
            "registered-models/update", new(name, description), Repeat.Always, cancel, HttpMethod.Patch)).RegisteredModel;

    /// <summary>Removes a model with all its versions.</summary>
    public Task DeleteAsync(string name, CancellationToken cancel = default) =>
        _wire.MlflowAsync("registered-models/delete", new RegisteredModelRef(name), Repeat.IfNotActed, cancel, HttpMethod.Delete);

    /// <summary>Sets a tag.</summary>
    public Task SetTagAsync(string name, string key, string value, CancellationToken cancel = default) =>
        _wire.MlflowAsync("registered-models/set-tag", new SetRegisteredModelTag(name, key, value), Repeat.Always, cancel);

    /// <summary>Removes a tag.</summary>
    public Task DeleteTagAsync(string name, string key, CancellationToken cancel = default) =>
        _wire.MlflowAsync(
            "registered-models/delete-tag", new DeleteRegisteredModelTag(name, key), Repeat.Always, cancel, HttpMethod.Delete);

    /// <summary>Points an alias at a version, or moves it there.</summary>
    public Task SetAliasAsync(string name, string alias, string version, CancellationToken cancel = default) =>
        _wire.MlflowAsync("registered-models/alias", new SetModelAlias(name, alias, version), Repeat.Always, cancel);

    /// <summary>Removes an alias.</summary>
    public Task DeleteAliasAsync(string name, string alias, CancellationToken cancel = default) =>
        _wire.MlflowAsync("registered-models/alias", new DeleteModelAlias(name, alias), Repeat.Always, cancel, HttpMethod.Delete);

    /// <summary>The version that an alias points at. 400 when there is no such alias, 404 when there is no such model.</summary>
    public async Task<ModelVersion> GetByAliasAsync(string name, string alias, CancellationToken cancel = default) =>
        (await _wire.GetMlflowAsync<ModelVersionAnswer>(
            new Query("registered-models/alias").With("name", name).With("alias", alias), cancel)).ModelVersion;

    /// <summary>The highest version of each stage; of all stages when none is given.</summary>
    public async Task<IReadOnlyList<ModelVersion>> GetLatestVersionsAsync(
        string name, IReadOnlyList<string>? stages = null, CancellationToken cancel = default) =>
        (await _wire.MlflowAsync<GetLatestVersions, ModelVersionPage>(
            "registered-models/get-latest-versions",
            new GetLatestVersions { Name = name, Stages = stages ?? [] },
            Repeat.Always,
            cancel)).ModelVersions;
}
