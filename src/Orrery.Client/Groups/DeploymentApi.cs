using System.Globalization;
using System.Text.Json;
using Orrery.Contracts;

namespace Orrery.Client;

/// <summary>Calls on deployments and the models that they serve. Native: an MLflow server answers 404.</summary>
public sealed class DeploymentApi
{
    private const string IdHeader = "X-Orrery-Prediction-Id";
    private const string VariantHeader = "X-Orrery-Variant";

    private readonly Wire _wire;

    internal DeploymentApi(Wire wire) => _wire = wire;

    /// <summary>All deployments, of one environment or of all, page by page.</summary>
    public IAsyncEnumerable<Deployment> ListAsync(string? environment = null, CancellationToken cancel = default) => Paging.AllAsync(
        (token, stop) => ListPageAsync(environment, null, token, stop), page => page.Deployments, page => page.NextPageToken, cancel: cancel);

    /// <summary>One page by environment and name.</summary>
    /// <param name="environment">Only this one; null for all.</param>
    /// <param name="text">In the name, in any case; null for all.</param>
    /// <param name="model">That some variant has; null for all.</param>
    /// <param name="state"><c>ready</c>, <c>loading</c>, <c>degraded</c> or <c>failed</c>; null for all.</param>
    /// <param name="limit">Most deployments of it.</param>
    /// <param name="pageToken">Of the page before; null for the first one.</param>
    /// <param name="cancel">Breaks off.</param>
    public Task<DeploymentPage> FindPageAsync(string? environment, string? text, string? model, string? state, int? limit, string? pageToken, CancellationToken cancel = default) =>
        _wire.GetNativeAsync<DeploymentPage>(
            new Query("deployments").With("environment", environment).With("q", text).With("model", model).With("state", state).With("limit", limit).With("page_token", pageToken), cancel);

    /// <summary>What would become of a change, by the same gates; nothing is changed.</summary>
    public Task<DeploymentVerdict> CheckAsync(string environment, string name, DeploymentSpec spec, long? expectedRevision = null, CancellationToken cancel = default) =>
        _wire.NativeAsync<DeploymentSpec, DeploymentVerdict>(new Query(Path(environment, name) + "/check").With("expected_revision", expectedRevision), spec, Repeat.Always, cancel);

    /// <summary>What would become of going back, by the same gates; nothing is changed.</summary>
    public Task<DeploymentVerdict> CheckRollbackAsync(string environment, string name, long? revision = null, CancellationToken cancel = default) =>
        _wire.NativeAsync<RollbackDeployment, DeploymentVerdict>(Path(environment, name) + "/rollback/check", new() { Revision = revision }, Repeat.Always, cancel);

    /// <summary>How the variants of a deployment fare on the server that is asked, and how its shadows compare.</summary>
    public Task<LiveServing> LiveAsync(string environment, string name, CancellationToken cancel = default) => _wire.GetNativeAsync<LiveServing>(Path(environment, name) + "/live", cancel);

    /// <summary>One page of deployments, by environment and name; 400 <c>serving.unknown_environment</c>.</summary>
    public Task<DeploymentPage> ListPageAsync(string? environment, int? limit, string? pageToken, CancellationToken cancel = default) =>
        _wire.GetNativeAsync<DeploymentPage>(
            new Query("deployments").With("environment", environment).With("limit", limit).With("page_token", pageToken), cancel);

    /// <summary>A deployment, and how it stands on each server; 404 <c>serving.deployment_not_found</c>.</summary>
    public Task<Deployment> GetAsync(string environment, string name, CancellationToken cancel = default) =>
        _wire.GetNativeAsync<Deployment>(Path(environment, name), cancel);

    /// <summary>
    /// Has a deployment be what the document says; the same again changes nothing. It comes back before it is ready. 400 <c>serving.invalid_spec</c>, 409
    /// <c>serving.revision_conflict</c>, <c>serving.no_runtime</c>, 404 <c>registry.version_not_found</c>.
    /// </summary>
    /// <param name="environment">Where.</param>
    /// <param name="name">Of the deployment.</param>
    /// <param name="spec">What it is to be.</param>
    /// <param name="expectedRevision">Revision that it must be at, 0 for none; null for any.</param>
    /// <param name="cancel">Breaks off.</param>
    public Task<Deployment> PutAsync(string environment, string name, DeploymentSpec spec, long? expectedRevision = null, CancellationToken cancel = default) =>
        _wire.NativeAsync<DeploymentSpec, Deployment>(
            new Query(Path(environment, name)).With("expected_revision", expectedRevision),
            spec,
            expectedRevision is null ? Repeat.Always : Repeat.IfNotActed,
            cancel,
            HttpMethod.Put);

    /// <summary>Removes a deployment; its history stays.</summary>
    public Task DeleteAsync(string environment, string name, CancellationToken cancel = default) => _wire.DeleteNativeAsync(Path(environment, name), cancel);

    /// <summary>All revisions, newest first, page by page.</summary>
    public IAsyncEnumerable<Deployment> RevisionsAsync(string environment, string name, CancellationToken cancel = default) => Paging.AllAsync(
        (token, stop) => RevisionsPageAsync(environment, name, null, token, stop), page => page.Revisions, page => page.NextPageToken, cancel: cancel);

    /// <summary>One page of revisions, newest first.</summary>
    public Task<DeploymentRevisionPage> RevisionsPageAsync(string environment, string name, int? limit, string? pageToken, CancellationToken cancel = default) =>
        _wire.GetNativeAsync<DeploymentRevisionPage>(
            new Query(Path(environment, name) + "/revisions").With("limit", limit).With("page_token", pageToken), cancel);

    /// <summary>Goes back to an earlier revision, as a new one; 404 <c>serving.revision_not_found</c>.</summary>
    /// <param name="environment">Where.</param>
    /// <param name="name">Of the deployment.</param>
    /// <param name="revision">Which one; null for the one before.</param>
    /// <param name="note">Why, for the history.</param>
    /// <param name="cancel">Breaks off.</param>
    public Task<Deployment> RollbackAsync(string environment, string name, long? revision = null, string? note = null, CancellationToken cancel = default) =>
        _wire.NativeAsync<RollbackDeployment, Deployment>(
            Path(environment, name) + "/rollback", new RollbackDeployment { Revision = revision, Note = note }, Repeat.IfNotActed, cancel);

    /// <summary>Where a version is deployed, and how it fares on the server that is asked; 404 <c>registry.version_not_found</c>.</summary>
    public Task<LiveServing> LiveVersionAsync(string model, string version, CancellationToken cancel = default) =>
        _wire.GetNativeAsync<LiveServing>($"models/{Uri.EscapeDataString(model)}/versions/{Uri.EscapeDataString(version)}/live", cancel);

    /// <summary>Where the versions that a run made are deployed, and how they fare on the server that is asked.</summary>
    public Task<LiveServing> LiveRunAsync(string runId, CancellationToken cancel = default) =>
        _wire.GetNativeAsync<LiveServing>($"runs/{Uri.EscapeDataString(runId)}/live", cancel);

    /// <summary>
    /// Which versions of which models are deployed where, by environment and deployment, page by page; 400 <c>serving.unknown_environment</c>,
    /// <c>serving.invalid_time</c>.
    /// </summary>
    /// <param name="environment">Only there; null for everywhere.</param>
    /// <param name="model">Only this registered model; null for all.</param>
    /// <param name="asOf">As it was then; null for now.</param>
    /// <param name="limit">About how many of a page.</param>
    /// <param name="pageToken">Of the page before.</param>
    /// <param name="cancel">Breaks off.</param>
    public Task<ModelInventory> InventoryPageAsync(
        string? environment = null, string? model = null, DateTimeOffset? asOf = null, int? limit = null, string? pageToken = null, CancellationToken cancel = default) =>
        _wire.GetNativeAsync<ModelInventory>(
            new Query("model-inventory").With("environment", environment).With("model", model).With("as_of", asOf?.UtcDateTime.ToString("O", CultureInfo.InvariantCulture))
                .With("limit", limit).With("page_token", pageToken),
            cancel);

    /// <summary>Asks by the V1 protocol: <c>{"instances": [...]}</c> to <c>{"predictions": [...]}</c>.</summary>
    /// <param name="environment">Where.</param>
    /// <param name="name">Of the deployment.</param>
    /// <param name="body">The request.</param>
    /// <param name="options">Who asks, and whom.</param>
    /// <param name="cancel">Breaks off.</param>
    public Task<ModelAnswer> PredictAsync(string environment, string name, byte[] body, AskOptions? options = null, CancellationToken cancel = default) =>
        AskAsync($"{Uri.EscapeDataString(environment)}/v1/models/{Uri.EscapeDataString(name)}:predict", body, options, cancel);

    /// <summary>Asks by the Open Inference Protocol (V2), in JSON.</summary>
    /// <param name="environment">Where.</param>
    /// <param name="name">Of the deployment.</param>
    /// <param name="body">The request.</param>
    /// <param name="options">Who asks, and whom.</param>
    /// <param name="cancel">Breaks off.</param>
    public Task<ModelAnswer> InferAsync(string environment, string name, byte[] body, AskOptions? options = null, CancellationToken cancel = default) =>
        AskAsync($"{Uri.EscapeDataString(environment)}/v2/models/{Uri.EscapeDataString(name)}/infer", body, options, cancel);

    /// <summary>
    /// Asks a version that need not be deployed, by the V1 protocol; the server loads it for this. 409 <c>serving.no_runtime</c>, <c>serving.not_loaded</c>, 400
    /// <c>serving.invalid_request</c>.
    /// </summary>
    /// <param name="model">Registered model.</param>
    /// <param name="version">Its version's number.</param>
    /// <param name="body">The request.</param>
    /// <param name="output">The output to give; null for all.</param>
    /// <param name="cancel">Breaks off.</param>
    public Task<ModelAnswer> TestAsync(string model, string version, byte[] body, string? output = null, CancellationToken cancel = default) => AskAsync(
        new Query($"api/v1/models/{Uri.EscapeDataString(model)}/versions/{Uri.EscapeDataString(version)}/predict").With("output", output), body, null, cancel);

    private async Task<ModelAnswer> AskAsync(string path, byte[] body, AskOptions? options, CancellationToken cancel)
    {
        options ??= new();
        using var answer = await _wire.SendAsync(
            _ =>
            {
                var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(body) { Headers = { ContentType = new("application/json") } } };
                if (options.Variant is { } variant)
                    request.Headers.TryAddWithoutValidation(VariantHeader, variant);
                foreach (var (name, value) in options.Headers)
                    request.Headers.TryAddWithoutValidation(name, value);
                return request;
            },
            Repeat.Always,
            cancel);
        await using var stream = await answer.Content.ReadAsStreamAsync(cancel);
        try
        {
            using var json = await JsonDocument.ParseAsync(stream, cancellationToken: cancel);
            return new(json.RootElement.Clone(), answer.Headers.TryGetValues(IdHeader, out var ids) ? ids.First() : null);
        }
        catch (JsonException invalid)
        {
            throw new OrreryApiException(
                answer.StatusCode,
                "unreadable_answer",
                string.Create(CultureInfo.InvariantCulture, $"{path} answered something that is no JSON: {invalid.Message}"),
                requestId: null);
        }
    }

    /// <summary>The rows of one logged prediction, and what shadows said; 404 <c>serving.prediction_not_found</c>.</summary>
    public Task<LoggedPredictionPage> PredictionAsync(string id, CancellationToken cancel = default) => _wire.GetNativeAsync<LoggedPredictionPage>($"predictions/{Uri.EscapeDataString(id)}", cancel);

    /// <summary>One page of the logged predictions of a deployment with their labels, newest first; times in Unix milliseconds.</summary>
    public Task<LoggedPredictionPage> PredictionsPageAsync(
        string environment, string name, long? from = null, long? to = null, int? limit = null, string? pageToken = null, CancellationToken cancel = default) =>
        _wire.GetNativeAsync<LoggedPredictionPage>(
            new Query(Path(environment, name) + "/predictions").With("from", from).With("to", to)
                .With("limit", limit).With("page_token", pageToken),
            cancel);

    /// <summary>Says what turned out to be true of predictions, at most 10,000 at once; the same again changes nothing.</summary>
    public Task<LabelReceipt> LabelAsync(IReadOnlyList<PredictionLabel> labels, CancellationToken cancel = default) =>
        _wire.NativeAsync<IReadOnlyList<PredictionLabel>, LabelReceipt>("labels", labels, Repeat.Always, cancel);

    private static string Path(string environment, string name) => $"deployments/{Uri.EscapeDataString(environment)}/{Uri.EscapeDataString(name)}";
}
