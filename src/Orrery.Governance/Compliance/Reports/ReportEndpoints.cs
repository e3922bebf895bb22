using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Tenancy;

namespace Orrery.Governance;

/// <summary><c>/api/v1/compliance-reports</c>, <c>/api/v1/control-map</c> and <c>/api/v1/access-review</c>.</summary>
internal static class ReportEndpoints
{
    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/api/v1/control-map", static () => (Answer<ControlMap>)ControlMaps.Known).RequirePermission(Permissions.Report).WithName("GetControlMap").WithTags("Compliance")
            .WithSummary("Controls of laws and standards, and what of them the platform shows by itself.");
        app.MapGet("/api/v1/access-review", AccessAsync).RequirePermission(Permissions.Report).WithName("GetAccessReview").WithTags("Compliance")
            .WithSummary("Who may do what in the workspace: grants, people, tokens, roles. Reading it is an entry of the audit trail.");
        var all = app.MapGroup("/api/v1/compliance-reports").WithTags("Compliance");
        all.MapPost("", CreateAsync).RequirePermission(Permissions.Report).WithName("CreateComplianceReport").WithSummary("Has a job make a report of the evidence for a framework in a period.");
        all.MapGet("", ListAsync).RequirePermission(Permissions.Report).WithName("ListComplianceReports").WithSummary("Reports, newest first.");
        all.MapGet("{id}", GetAsync).RequirePermission(Permissions.Report).WithName("GetComplianceReport").WithSummary("How a report stands, with its hashes and signature.");
        all.MapGet("{id}/document", DocumentAsync).RequirePermission(Permissions.Report).WithName("GetComplianceDocument").WithSummary("What a report says, as JSON or (format=html) as a page, with its seal.")
            .Produces<ComplianceEnvelope>();
    }

    private static async Task<Answer<ComplianceReport>> CreateAsync(NewComplianceReport body, HttpContext context, ComplianceReports reports, CancellationToken cancel) =>
        await reports.CreateAsync(context.Actor(), body, cancel);

    private static async Task<Answer<ComplianceReportPage>> ListAsync(string? framework, int? limit, string? page_token, HttpContext context, ComplianceReports reports, CancellationToken cancel) =>
        await reports.ListAsync(context.Actor(), framework, limit, page_token, cancel);

    private static async Task<Answer<ComplianceReport>> GetAsync(string id, HttpContext context, ComplianceReports reports, CancellationToken cancel) => await reports.GetAsync(context.Actor(), id, cancel);

    private static async Task<Answer<AccessReview>> AccessAsync(HttpContext context, ComplianceReports reports, CancellationToken cancel) => await reports.AccessAsync(context.Actor(), cancel);

    private static async Task<IResult> DocumentAsync(string id, string? format, HttpContext context, ComplianceReports reports, CancellationToken cancel)
    {
        switch (format)
        {
            case null or "json":
                return (Answer<ComplianceEnvelope>)await reports.DocumentAsync(context.Actor(), id, cancel);
            case "html":
                return (await reports.PageAsync(context.Actor(), id, cancel)).Failed(out var missing, out var page) ? (Answer<ComplianceEnvelope>)missing : new CardPage(page);
            default:
                return (Answer<ComplianceEnvelope>)Failure.Invalid("governance.invalid_report", $"'format' is '{RegisterText.Clip(format)}'; it must be json or html.");
        }
    }
}
