using Orrery.Contracts;

namespace Orrery.Client;

/// <summary>Calls on reports of compliance.</summary>
public sealed partial class ComplianceApi
{
    private const string Reports = "compliance-reports";

    /// <summary>Has a report made; 400 <c>governance.invalid_report</c>.</summary>
    public Task<ComplianceReport> CreateReportAsync(NewComplianceReport asked, CancellationToken cancel = default) =>
        _wire.NativeAsync<NewComplianceReport, ComplianceReport>(Reports, asked, asked?.Key is null ? Repeat.IfNotActed : Repeat.Always, cancel);

    /// <summary>One page of reports, newest first.</summary>
    public Task<ComplianceReportPage> ListReportsAsync(string? framework, int? limit, string? pageToken, CancellationToken cancel = default) =>
        _wire.GetNativeAsync<ComplianceReportPage>(new Query(Reports).With("framework", framework).With("limit", limit).With("page_token", pageToken), cancel);

    /// <summary>How a report stands; 404 <c>governance.report_not_found</c>.</summary>
    public Task<ComplianceReport> GetReportAsync(string id, CancellationToken cancel = default) => _wire.GetNativeAsync<ComplianceReport>(One(Reports, id), cancel);

    /// <summary>A report with its seal as text: <c>json</c> or <c>html</c>; 409 <c>governance.report_not_made</c>.</summary>
    public Task<string> GetReportTextAsync(string id, string format, CancellationToken cancel = default) =>
        _wire.GetNativeTextAsync(new Query(One(Reports, id) + "/document").With("format", format), "*/*", cancel);

    /// <summary>Controls, and what of them the platform shows by itself.</summary>
    public Task<ControlMap> GetControlMapAsync(CancellationToken cancel = default) => _wire.GetNativeAsync<ControlMap>("control-map", cancel);

    /// <summary>Who may do what in the workspace.</summary>
    public Task<AccessReview> GetAccessReviewAsync(CancellationToken cancel = default) => _wire.GetNativeAsync<AccessReview>("access-review", cancel);
}
