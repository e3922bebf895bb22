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

    /// <summary>One page of quality reports, newest first: of a view, of a source, or of all.</summary>
    public Task<QualityReportPage> ListQualityReportsAsync(
        string project, string? view = null, string? source = null, int? limit = null, string? pageToken = null, CancellationToken cancel = default) =>
        _wire.GetNativeAsync<QualityReportPage>(
            new Query(Project(project) + "/quality").With("view", view).With("source", source).With("limit", limit).With("page_token", pageToken), cancel);

    /// <summary>One quality report; 404 <c>features.check_not_found</c>.</summary>
    public Task<QualityReport> GetQualityReportAsync(string project, string check, CancellationToken cancel = default) =>
        _wire.GetNativeAsync<QualityReport>($"{Project(project)}/quality/{Uri.EscapeDataString(check)}", cancel);

    /// <summary>One page of rows that rules set aside, newest first.</summary>
    public Task<QuarantinePage> ListQuarantineAsync(string project, int? limit = null, string? pageToken = null, CancellationToken cancel = default) =>
        _wire.GetNativeAsync<QuarantinePage>(new Query(Project(project) + "/quality/quarantine").With("limit", limit).With("page_token", pageToken), cancel);

    /// <summary>Deletes rows that rules set aside.</summary>
    /// <param name="project">The project.</param>
    /// <param name="check">Only those of this check; null for all.</param>
    /// <param name="cancel">Breaks off.</param>
    public Task ClearQuarantineAsync(string project, string? check = null, CancellationToken cancel = default) =>
        _wire.DeleteNativeAsync(new Query(Project(project) + "/quality/quarantine").With("check_id", check), cancel);

    /// <summary>Deletes one entity's values from every store; 404 <c>features.entity_unknown</c>.</summary>
    public Task<ErasureReceipt> EraseAsync(string project, EraseEntity asked, CancellationToken cancel = default) =>
        _wire.NativeAsync<EraseEntity, ErasureReceipt>(new Query(Project(project) + "/erase"), asked, Repeat.Always, cancel);

    /// <summary>One page of receipts of erasures, newest first.</summary>
    public Task<ErasureReceiptPage> ListErasuresAsync(string project, int? limit = null, string? pageToken = null, CancellationToken cancel = default) =>
        _wire.GetNativeAsync<ErasureReceiptPage>(new Query(Project(project) + "/erasures").With("limit", limit).With("page_token", pageToken), cancel);

    /// <summary>One receipt; 404 <c>features.erasure_not_found</c>.</summary>
    public Task<ErasureReceipt> GetErasureAsync(string project, string erasure, CancellationToken cancel = default) =>
        _wire.GetNativeAsync<ErasureReceipt>($"{Project(project)}/erasures/{Uri.EscapeDataString(erasure)}", cancel);
}
