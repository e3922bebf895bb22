using Orrery.Contracts;

namespace Orrery.Client;

/// <summary>Calls on evaluations of model versions. Native: an MLflow server answers 404.</summary>
public sealed class EvaluationApi
{
    private const string Root = "evaluations";

    private readonly Wire _wire;

    internal EvaluationApi(Wire wire) => _wire = wire;

    /// <summary>Asks for one; it comes back before it has begun. 400 <c>governance.invalid_evaluation</c>, 403 <c>governance.evaluation_restricted</c>, 404.</summary>
    public Task<Evaluation> CreateAsync(EvaluationSpec spec, CancellationToken cancel = default) =>
        _wire.KeyedAsync<EvaluationSpec, Evaluation>(Root, spec, Guid.CreateVersion7(TimeProvider.System.GetUtcNow()).ToString("N"), cancel);

    /// <summary>An evaluation with its result, or how far it is; 404 <c>governance.evaluation_not_found</c>.</summary>
    public Task<Evaluation> GetAsync(string id, CancellationToken cancel = default) => _wire.GetNativeAsync<Evaluation>(Path(id), cancel);

    /// <summary>An evaluation as an HTML page with tables and plots; 409 <c>governance.evaluation_unfinished</c>.</summary>
    public Task<string> ReportAsync(string id, CancellationToken cancel = default) => _wire.GetNativeTextAsync(Path(id) + "/report", "text/html", cancel);

    /// <summary>All of them, newest first, without results, page by page.</summary>
    public IAsyncEnumerable<Evaluation> ListAsync(string? model = null, string? version = null, CancellationToken cancel = default) => Paging.AllAsync(
        (token, stop) => ListPageAsync(model, version, null, token, stop), page => page.Evaluations, page => page.NextPageToken, cancel: cancel);

    /// <summary>One page of them, newest first.</summary>
    public Task<EvaluationPage> ListPageAsync(string? model, string? version, int? limit, string? pageToken, CancellationToken cancel = default) =>
        _wire.GetNativeAsync<EvaluationPage>(new Query(Root).With("model", model).With("version", version).With("limit", limit).With("page_token", pageToken), cancel);

    /// <summary>Ends it; 409 <c>governance.evaluation_finished</c>.</summary>
    public Task<Evaluation> CancelAsync(string id, CancellationToken cancel = default) =>
        _wire.NativeAsync<Evaluation>(HttpMethod.Post, Path(id) + "/cancel", Repeat.IfNotActed, cancel);

    /// <summary>What evaluations of a model's versions must show before one goes to production.</summary>
    public Task<EvaluationGates> GetGatesAsync(string model, CancellationToken cancel = default) => _wire.GetNativeAsync<EvaluationGates>(Gates(model), cancel);

    /// <summary>Sets that, or takes it away where no gates are given; 400 <c>governance.invalid_gates</c>.</summary>
    public Task<EvaluationGates> SetGatesAsync(string model, EvaluationGates gates, CancellationToken cancel = default) =>
        _wire.NativeAsync<EvaluationGates, EvaluationGates>(Gates(model), gates, Repeat.Always, cancel, HttpMethod.Put);

    /// <summary>Whether a version's evaluations show what its model needs.</summary>
    public Task<EvaluationGateCheck> CheckGatesAsync(string model, string version, CancellationToken cancel = default) =>
        _wire.GetNativeAsync<EvaluationGateCheck>($"models/{Uri.EscapeDataString(model)}/versions/{Uri.EscapeDataString(version)}/evaluation-gates", cancel);

    private static string Gates(string model) => $"models/{Uri.EscapeDataString(model)}/evaluation-gates";

    private static string Path(string id) => $"{Root}/{Uri.EscapeDataString(id)}";
}
