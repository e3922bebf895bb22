using Orrery.Contracts;

namespace Orrery.Client;

/// <summary>
/// Brings objects over from another server, with their ids, numbers and times. All calls are idempotent. Native: an MLflow server
/// answers 404.
/// </summary>
public sealed class ImportApi
{
    private readonly Wire _wire;

    internal ImportApi(Wire wire) => _wire = wire;

    /// <summary>Makes an experiment.</summary>
    public Task<ImportedExperiment> ExperimentAsync(ImportExperiment experiment, CancellationToken cancel = default) =>
        _wire.NativeAsync<ImportExperiment, ImportedExperiment>("import/experiments", experiment, Repeat.Always, cancel);

    /// <summary>Opens the import of a run, which stays invisible until it is complete.</summary>
    public Task<ImportedRun> OpenRunAsync(ImportRun run, CancellationToken cancel = default) =>
        _wire.NativeAsync<ImportRun, ImportedRun>("import/runs", run, Repeat.Always, cancel);

    /// <summary>Appends metric points to an open import; at most <see cref="ImportLimits.MetricPoints"/>.</summary>
    public Task<ImportedMetrics> MetricsAsync(string runId, ImportMetrics metrics, CancellationToken cancel = default) =>
        _wire.NativeAsync<ImportMetrics, ImportedMetrics>(Path("runs", runId) + "/metrics", metrics, Repeat.Always, cancel);

    /// <summary>Verifies a run and makes it visible. 409 <c>import.incomplete</c> when something is missing.</summary>
    public Task<ImportStatus> CompleteRunAsync(string runId, CompleteImport complete, CancellationToken cancel = default) =>
        _wire.NativeAsync<CompleteImport, ImportStatus>(Path("runs", runId) + "/complete", complete, Repeat.Always, cancel);

    /// <summary>How far the imports of runs got; in the order asked, at most <see cref="ImportLimits.StateIds"/>.</summary>
    public async Task<IReadOnlyList<ImportStatus>> RunStatesAsync(
        string source, IReadOnlyList<string> runIds, CancellationToken cancel = default) =>
        (await _wire.NativeAsync<GetImportStates, ImportStates>(
            "import/runs/state", new GetImportStates { Source = source, Ids = runIds }, Repeat.Always, cancel)).States;

    /// <summary>Gives up the open import of a run.</summary>
    public Task AbandonRunAsync(string source, string runId, CancellationToken cancel = default) =>
        _wire.DeleteNativeAsync(new Query(Path("runs", runId)).With("source", source), cancel);

    /// <summary>Opens the import of a logged model, which stays invisible until it is complete.</summary>
    public Task<ImportedLoggedModel> OpenLoggedModelAsync(ImportLoggedModel model, CancellationToken cancel = default) =>
        _wire.NativeAsync<ImportLoggedModel, ImportedLoggedModel>("import/logged-models", model, Repeat.Always, cancel);

    /// <summary>Verifies a logged model and makes it visible.</summary>
    public Task<ImportStatus> CompleteLoggedModelAsync(string modelId, CompleteImport complete, CancellationToken cancel = default) =>
        _wire.NativeAsync<CompleteImport, ImportStatus>(Path("logged-models", modelId) + "/complete", complete, Repeat.Always, cancel);

    /// <summary>How far the imports of logged models got.</summary>
    public async Task<IReadOnlyList<ImportStatus>> LoggedModelStatesAsync(
        string source, IReadOnlyList<string> modelIds, CancellationToken cancel = default) =>
        (await _wire.NativeAsync<GetImportStates, ImportStates>(
            "import/logged-models/state", new GetImportStates { Source = source, Ids = modelIds }, Repeat.Always, cancel)).States;

    /// <summary>Gives up the open import of a logged model.</summary>
    public Task AbandonLoggedModelAsync(string source, string modelId, CancellationToken cancel = default) =>
        _wire.DeleteNativeAsync(new Query(Path("logged-models", modelId)).With("source", source), cancel);

    /// <summary>Makes a registered model.</summary>
    public Task<ImportedRegisteredModel> RegisteredModelAsync(ImportRegisteredModel model, CancellationToken cancel = default) =>
        _wire.NativeAsync<ImportRegisteredModel, ImportedRegisteredModel>("import/registered-models", model, Repeat.Always, cancel);

    /// <summary>Makes a version of a registered model, with its own number.</summary>
    public Task<ImportedModelVersion> ModelVersionAsync(ImportModelVersion version, CancellationToken cancel = default) =>
        _wire.NativeAsync<ImportModelVersion, ImportedModelVersion>("import/model-versions", version, Repeat.Always, cancel);

    private static string Path(string kind, string id) => $"import/{kind}/{Uri.EscapeDataString(id)}";
}
