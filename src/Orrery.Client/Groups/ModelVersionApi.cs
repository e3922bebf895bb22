using Orrery.Contracts;

namespace Orrery.Client;

/// <summary>Calls on versions of registered models.</summary>
public sealed class ModelVersionApi
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(500);

    private readonly Wire _wire;
    private readonly OrreryClient _client;

    internal ModelVersionApi(Wire wire, OrreryClient client)
    {
        _wire = wire;
        _client = client;
    }

    /// <summary>Creates the next version of a registered model.</summary>
    public async Task<ModelVersion> CreateAsync(CreateModelVersion version, CancellationToken cancel = default) =>
        (await _wire.MlflowAsync<CreateModelVersion, ModelVersionAnswer>(
            "model-versions/create", version, Repeat.IfNotActed, cancel)).ModelVersion;

    /// <summary>
    /// Registers the files at an address as the next version, creates the model when there is none, and waits until the version is ready.
    /// </summary>
    /// <param name="name">The registered model.</param>
    /// <param name="uri">
    /// <c>runs:/{run_id}/{path}</c>, <c>models:/{model_id}</c> of a logged model, or the address of a store.
    /// </param>
    /// <param name="tags">Tags to begin with.</param>
    /// <param name="description">Text for people.</param>
    /// <param name="cancel">Ends the wait.</param>
    /// <exception cref="ArgumentException">The address is not one of these.</exception>
    public async Task<ModelVersion> RegisterAsync(
        string name, string uri, IReadOnlyList<Tag>? tags = null, string? description = null, CancellationToken cancel = default)
    {
        var origin = await ModelOrigin.ResolveAsync(_client, uri, cancel);
        await _client.Models.EnsureAsync(name, cancel);
        var created = await CreateAsync(
            new CreateModelVersion
            {
                Name = name,
                Source = origin.Source,
                RunId = origin.RunId,
                ModelId = origin.ModelId,
                Tags = tags ?? [],
                Description = description,
            },
            cancel);
        return await WaitReadyAsync(name, created.Version, cancel);
    }

    /// <summary>Waits until a version's files are copied.</summary>
    /// <exception cref="OrreryApiException">They could not be copied.</exception>
    public async Task<ModelVersion> WaitReadyAsync(string name, string version, CancellationToken cancel = default)
    {
        while (true)
        {
            var current = await GetAsync(name, version, cancel);
            switch (current.Status)
            {
                case ModelVersionStatus.Ready:
                    return current;
                case ModelVersionStatus.FailedRegistration:
                    throw new OrreryApiException(
                        System.Net.HttpStatusCode.Conflict,
                        "registration_failed",
                        $"Version {version} of '{name}' could not be registered: {current.StatusMessage ?? "no reason given"}.",
                        requestId: null);
                default:
                    await Task.Delay(Poll, _wire.Options.Time, cancel);
                    break;
            }
        }
    }

    /// <summary>A version. 404 when there is none.</summary>
    public async Task<ModelVersion> GetAsync(string name, string version, CancellationToken cancel = default) =>
        (await _wire.GetMlflowAsync<ModelVersionAnswer>(
            new Query("model-versions/get").With("name", name).With("version", version), cancel)).ModelVersion;

    /// <summary>All versions that match, page by page. <c>name = 'churn'</c> gives those of one model.</summary>
    public IAsyncEnumerable<ModelVersion> SearchAsync(string? filter = null, string? orderBy = null, CancellationToken cancel = default) =>
        Paging.AllAsync(
            (token, stop) => SearchPageAsync(filter, orderBy, null, token, stop),
            page => page.ModelVersions,
            page => page.NextPageToken,
            cancel: cancel);

    /// <summary>One page of the versions that match. At most 10,000 a page everywhere; 1,000 unless given.</summary>
    public Task<ModelVersionPage> SearchPageAsync(
        string? filter, string? orderBy, int? maxResults, string? pageToken, CancellationToken cancel = default) =>
        _wire.GetMlflowAsync<ModelVersionPage>(
            new Query("model-versions/search")
                .With("filter", filter)
                .With("order_by", orderBy)
                .With("max_results", maxResults ?? 1000)
                .With("page_token", pageToken),
            cancel);

    /// <summary>All versions of one model.</summary>
    public IAsyncEnumerable<ModelVersion> OfModelAsync(string name, CancellationToken cancel = default) =>
        SearchAsync($"name = {SearchText.Quote(name)}", cancel: cancel);

    /// <summary>Changes the text for people.</summary>
    public async Task<ModelVersion> DescribeAsync(string name, string version, string description, CancellationToken cancel = default) =>
        (await _wire.MlflowAsync<UpdateModelVersion, ModelVersionAnswer>(
            "model-versions/update", new(name, version, description), Repeat.Always, cancel, HttpMethod.Patch)).ModelVersion;

    /// <summary>Moves a version to a stage, one of <see cref="ModelStages"/>.</summary>
    /// <param name="name">The registered model.</param>
    /// <param name="version">The version.</param>
    /// <param name="stage">Where it goes.</param>
    /// <param name="archiveExisting">Archives the versions that are there now.</param>
    /// <param name="cancel">Ends the call.</param>
    public async Task<ModelVersion> TransitionAsync(
        string name, string version, string stage, bool archiveExisting = false, CancellationToken cancel = default) =>
        (await _wire.MlflowAsync<TransitionStage, ModelVersionAnswer>(
            "model-versions/transition-stage", new(name, version, stage, archiveExisting), Repeat.Always, cancel)).ModelVersion;

    /// <summary>Removes a version. Its number is not used again.</summary>
    public Task DeleteAsync(string name, string version, CancellationToken cancel = default) =>
        _wire.MlflowAsync("model-versions/delete", new ModelVersionRef(name, version), Repeat.IfNotActed, cancel, HttpMethod.Delete);

    /// <summary>Sets a tag.</summary>
    public Task SetTagAsync(string name, string version, string key, string value, CancellationToken cancel = default) =>
        _wire.MlflowAsync("model-versions/set-tag", new SetModelVersionTag(name, version, key, value), Repeat.Always, cancel);

    /// <summary>Removes a tag.</summary>
    public Task DeleteTagAsync(string name, string version, string key, CancellationToken cancel = default) =>
        _wire.MlflowAsync(
            "model-versions/delete-tag", new DeleteModelVersionTag(name, version, key), Repeat.Always, cancel, HttpMethod.Delete);

    /// <summary>What is known of the version's package; 404 while it has not been read.</summary>
    public Task<ModelPackageInfo> PackageAsync(string name, string version, CancellationToken cancel = default) =>
        _wire.GetNativeAsync<ModelPackageInfo>($"models/{Uri.EscapeDataString(name)}/versions/{Uri.EscapeDataString(version)}/package", cancel);

    /// <summary>Where a version's files lie.</summary>
    public async Task<string> GetDownloadUriAsync(string name, string version, CancellationToken cancel = default) =>
        (await _wire.GetMlflowAsync<DownloadUriAnswer>(
            new Query("model-versions/get-download-uri").With("name", name).With("version", version), cancel)).ArtifactUri;
}
