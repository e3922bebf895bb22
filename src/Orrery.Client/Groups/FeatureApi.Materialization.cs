using Orrery.Contracts;

namespace Orrery.Client;

/// <content>Materialization, how views stand online, quality and erasure.</content>
public sealed partial class FeatureApi
{
    /// <summary>
    /// Starts bringing views online, a run for each; 404 <c>features.view_not_found</c>, 409 <c>features.materializing</c>, 400
    /// <c>features.invalid_window</c>.
    /// </summary>
    public Task<MaterializationRunPage> MaterializeAsync(string project, StartMaterialization asked, CancellationToken cancel = default) =>
        _wire.NativeAsync<StartMaterialization, MaterializationRunPage>(new Query(Project(project) + "/materialize"), asked, Repeat.IfNotActed, cancel);

    /// <summary>One run; 404 <c>features.run_not_found</c>.</summary>
    public Task<MaterializationRun> GetMaterializationAsync(string project, string run, CancellationToken cancel = default) =>
        _wire.GetNativeAsync<MaterializationRun>($"{Project(project)}/materializations/{Uri.EscapeDataString(run)}", cancel);

    /// <summary>One page of runs, newest first.</summary>
    public Task<MaterializationRunPage> ListMaterializationsAsync(
        string project, string? view = null, int? limit = null, string? pageToken = null, CancellationToken cancel = default) =>
        _wire.GetNativeAsync<MaterializationRunPage>(
            new Query(Project(project) + "/materializations").With("view", view).With("limit", limit).With("page_token", pageToken), cancel);

    /// <summary>How views stand online.</summary>
    public Task<OnlineStatus> GetOnlineStatusAsync(string project, CancellationToken cancel = default) =>
        _wire.GetNativeAsync<OnlineStatus>(Project(project) + "/online", cancel);

    /// <summary>Checks a view or a source against its rules now; 400 <c>features.no_rules</c>.</summary>
    public Task<QualityReport> CheckQualityAsync(string project, string? view, string? source, CancellationToken cancel = default) =>
        _wire.NativeAsync<QualityReport>(
            HttpMethod.Post, new Query(Project(project) + "/quality/check").With("view", view).With("source", source), Repeat.IfNotActed, cancel);

    /// <summary>One page of quality reports, newest first.</summary>
    public Task<QualityReportPage> ListQualityReportsAsync(
        string project, string? view = null, int? limit = null, string? pageToken = null, CancellationToken cancel = default) =>
        _wire.GetNativeAsync<QualityReportPage>(new Query(Project(project) + "/quality").With("view", view).With("limit", limit).With("page_token", pageToken), cancel);

    /// <summary>Deletes one entity's values from every store; 404 <c>features.entity_unknown</c>.</summary>
    public Task<ErasureReceipt> EraseAsync(string project, EraseEntity asked, CancellationToken cancel = default) =>
        _wire.NativeAsync<EraseEntity, ErasureReceipt>(new Query(Project(project) + "/erase"), asked, Repeat.Always, cancel);
}
