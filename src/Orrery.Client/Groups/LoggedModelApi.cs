using Orrery.Contracts;

namespace Orrery.Client;

/// <summary>Calls on logged models. They need an MLflow 3 server; an older one answers 404.</summary>
public sealed class LoggedModelApi
{
    private readonly Wire _wire;
    private readonly OrreryClient _client;

    internal LoggedModelApi(Wire wire, OrreryClient client)
    {
        _wire = wire;
        _client = client;
    }

    /// <summary>Creates a logged model without files, pending.</summary>
    public async Task<LoggedModel> CreateAsync(CreateLoggedModel model, CancellationToken cancel = default) =>
        (await _wire.MlflowAsync<CreateLoggedModel, LoggedModelAnswer>("logged-models", model, Repeat.IfNotActed, cancel)).Model;

    /// <summary>
    /// Logs a folder as a model that a run made: creates it, uploads the folder, marks it ready (or failed, when the upload fails) and
    /// links it to the run.
    /// </summary>
    /// <param name="runId">The run that made it.</param>
    /// <param name="folder">Local folder with the model's files, in MLflow's layout.</param>
    /// <param name="model">What it is.</param>
    /// <param name="progress">Told as bytes go.</param>
    /// <param name="cancel">Ends the call.</param>
    public async Task<LoggedModel> LogAsync(
        string runId,
        string folder,
        NewModel model,
        IProgress<TransferProgress>? progress = null,
        CancellationToken cancel = default)
    {
        var run = await _client.Runs.GetAsync(runId, cancel);
        var created = await CreateAsync(
            new CreateLoggedModel
            {
                ExperimentId = run.Info.ExperimentId,
                SourceRunId = runId,
                Name = model.Name,
                ModelType = model.ModelType,
                Params = model.Params,
                Tags = model.Tags,
            },
            cancel);
        var id = created.Info.ModelId;
        try
        {
            await _client.Artifacts.At(created.Info.ArtifactUri ?? "").UploadFolderAsync(folder, "", progress, cancel);
        }
        catch
        {
            await FinalizeAsync(id, LoggedModelStatus.UploadFailed, CancellationToken.None);
            throw;
        }

        var ready = await FinalizeAsync(id, LoggedModelStatus.Ready, cancel);
        await _client.Runs.LogOutputsAsync(new LogOutputs { RunId = runId, Models = [new ModelOutput(id, model.Step)] }, cancel);
        return ready;
    }

    /// <summary>A logged model. 404 when there is none.</summary>
    public async Task<LoggedModel> GetAsync(string modelId, CancellationToken cancel = default) =>
        (await _wire.GetMlflowAsync<LoggedModelAnswer>(Path(modelId), cancel)).Model;

    /// <summary>All logged models that match, page by page.</summary>
    public IAsyncEnumerable<LoggedModel> SearchAsync(SearchLoggedModels query, CancellationToken cancel = default) => Paging.AllAsync(
        (token, stop) => SearchPageAsync(query with { PageToken = token }, stop),
        page => page.Models,
        page => page.NextPageToken,
        query.PageToken,
        cancel);

    /// <summary>One page of the logged models that match.</summary>
    public Task<LoggedModelPage> SearchPageAsync(SearchLoggedModels query, CancellationToken cancel = default) =>
        _wire.MlflowAsync<SearchLoggedModels, LoggedModelPage>("logged-models/search", query, Repeat.Always, cancel);

    /// <summary>Says whether the files are complete.</summary>
    public async Task<LoggedModel> FinalizeAsync(string modelId, LoggedModelStatus status, CancellationToken cancel = default) =>
        (await _wire.MlflowAsync<FinalizeLoggedModel, LoggedModelAnswer>(
            Path(modelId), new(modelId, status), Repeat.Always, cancel, HttpMethod.Patch)).Model;

    /// <summary>Removes a logged model.</summary>
    public Task DeleteAsync(string modelId, CancellationToken cancel = default) => _wire.DeleteMlflowAsync(Path(modelId), cancel);

    /// <summary>Sets tags.</summary>
    public Task SetTagsAsync(string modelId, IReadOnlyList<Tag> tags, CancellationToken cancel = default) =>
        _wire.MlflowAsync(
            Path(modelId) + "/tags",
            new SetLoggedModelTags { ModelId = modelId, Tags = tags },
            Repeat.Always,
            cancel,
            HttpMethod.Patch);

    /// <summary>Removes a tag.</summary>
    public Task DeleteTagAsync(string modelId, string key, CancellationToken cancel = default) =>
        _wire.DeleteMlflowAsync($"{Path(modelId)}/tags/{Uri.EscapeDataString(key)}", cancel);

    /// <summary>Adds parameters.</summary>
    public Task LogParamsAsync(string modelId, IReadOnlyList<Param> parameters, CancellationToken cancel = default) =>
        _wire.MlflowAsync(
            Path(modelId) + "/params",
            new LogLoggedModelParams { ModelId = modelId, Params = parameters },
            Repeat.Always,
            cancel);

    /// <summary>Files and folders of one level of a logged model, whichever store they lie in.</summary>
    public IAsyncEnumerable<ArtifactFile> ListFilesAsync(string modelId, string path = "", CancellationToken cancel = default) =>
        Paging.AllAsync(
            (token, stop) => _wire.GetMlflowAsync<ArtifactPage>(
                new Query(Path(modelId) + "/artifacts/directories")
                    .With("artifact_directory_path", path.Length is 0 ? null : path)
                    .With("page_token", token),
                stop),
            page => page.Files,
            page => page.NextPageToken,
            cancel: cancel);

    /// <summary>Downloads a file of a logged model through the server, whichever store it lies in.</summary>
    public Task<TransferredFile> DownloadFileAsync(string modelId, string path, string localPath, CancellationToken cancel = default)
    {
        var url = new Query($"ajax-api/2.0/mlflow/{Path(modelId)}/artifacts/files").With("artifact_file_path", path);
        return new FileDownload(_wire, url, path, localPath, new TransferMeter(null, 1, null)).RunAsync(cancel);
    }

    private static string Path(string modelId) => "logged-models/" + Uri.EscapeDataString(modelId);
}
