using Orrery.Contracts;

namespace Orrery.Client;

/// <summary>Calls on explanations. Native: an MLflow server answers 404.</summary>
public sealed class ExplanationApi
{
    private const string Root = "explanations";

    private readonly Wire _wire;

    internal ExplanationApi(Wire wire) => _wire = wire;

    /// <summary>Begins a report; it comes back before it is made. 400 <c>governance.invalid_explanation</c>, 403 <c>governance.explanation_restricted</c>, 404.</summary>
    public Task<ExplanationReport> CreateAsync(ExplanationSpec spec, CancellationToken cancel = default) =>
        _wire.NativeAsync<ExplanationSpec, ExplanationReport>(Root, spec, Repeat.IfNotActed, cancel);

    /// <summary>A report, and how far it is; 404 <c>governance.explanation_not_found</c>.</summary>
    public Task<ExplanationReport> GetAsync(string id, CancellationToken cancel = default) => _wire.GetNativeAsync<ExplanationReport>(Path(id), cancel);

    /// <summary>One page of reports, newest first, without what they found.</summary>
    public Task<ExplanationPage> ListPageAsync(string? model, string? version, string? state, int? limit, string? pageToken, CancellationToken cancel = default) =>
        _wire.GetNativeAsync<ExplanationPage>(
            new Query(Root).With("model", model).With("version", version).With("state", state).With("limit", limit).With("page_token", pageToken), cancel);

    /// <summary>Ends a report that is being made; 409 <c>governance.explanation_finished</c>.</summary>
    public Task<ExplanationReport> CancelAsync(string id, CancellationToken cancel = default) =>
        _wire.NativeAsync<ExplanationReport>(HttpMethod.Post, Path(id) + "/cancel", Repeat.IfNotActed, cancel);

    /// <summary>Computes a report again and compares; 409 <c>governance.explanation_not_done</c>.</summary>
    public Task<ExplanationReproduction> ReproduceAsync(string id, CancellationToken cancel = default) =>
        _wire.NativeAsync<ExplanationReproduction>(HttpMethod.Post, Path(id) + "/reproduce", Repeat.IfNotActed, cancel);

    /// <summary>Explains rows by a version that need not be deployed, or those of a logged prediction; 409 <c>governance.no_background</c> before its first report, <c>serving.inputs_not_logged</c>.</summary>
    public Task<InstanceExplanations> ExplainAsync(ExplainInstances instances, CancellationToken cancel = default) =>
        _wire.NativeAsync<ExplainInstances, InstanceExplanations>(Root + "/instances", instances, Repeat.IfNotActed, cancel);

    /// <summary>Finds the smallest allowed changes of rows after which a version answers as wanted; 400, 409 <c>governance.no_background</c> before its first report.</summary>
    public Task<CounterfactualAnswers> CounterfactualsAsync(CounterfactualInstances instances, CancellationToken cancel = default) =>
        _wire.NativeAsync<CounterfactualInstances, CounterfactualAnswers>(Root + "/counterfactuals", instances, Repeat.IfNotActed, cancel);

    private static string Path(string id) => $"{Root}/{Uri.EscapeDataString(id)}";
}
