using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orrery.Contracts;
using Orrery.Tenancy;

namespace Orrery.Features;

/// <summary>Quality checks and rows set aside, below <c>/api/v1/features/projects/{project}/quality</c>.</summary>
internal static class QualityEndpoints
{
    public static void Map(IEndpointRouteBuilder app)
    {
        var quality = app.MapGroup("/api/v1/features/projects/{project}/quality").WithTags("Features");
        quality.MapPost("check", CheckAsync).RequirePermission(Permissions.Write).WithName("CheckQuality").WithSummary("Checks a source or a view against its rules now.");
        quality.MapGet("", ListAsync).RequirePermission(Permissions.Read).WithName("ListQualityReports").WithSummary("Results of quality checks, newest first.");
        quality.MapGet("{checkId}", FindAsync).RequirePermission(Permissions.Read).WithName("GetQualityReport").WithSummary("Results of one quality check.");
        quality.MapGet("quarantine", QuarantineAsync).RequirePermission(Permissions.Restricted).WithName("ListQuarantine")
            .WithSummary("Rows that were set aside, with what they broke.");
        quality.MapDelete("quarantine", ClearAsync).RequirePermission(Permissions.Write).WithName("ClearQuarantine").WithSummary("Deletes rows that were set aside.");
    }

    private static async Task<Answer<QualityReport>> CheckAsync(
        string project, string? view, string? source, HttpContext context, QualityChecks checks, CancellationToken cancel) =>
        await checks.RunAsync(context.Actor(), project, view, source, cancel);

    private static async Task<Answer<QualityReportPage>> ListAsync(
        string project, string? view, string? source, int? limit, string? page_token, HttpContext context, QualityChecks checks, CancellationToken cancel) =>
        FeaturePages.LimitProblem(limit) is { } wrong ? wrong : await checks.ListAsync(context.Actor(), project, view, source, limit ?? FeaturePages.DefaultLimit, page_token, cancel);

    private static async Task<Answer<QualityReport>> FindAsync(string project, string checkId, HttpContext context, QualityChecks checks, CancellationToken cancel) =>
        await checks.FindAsync(context.Actor(), project, checkId, cancel);

    private static async Task<Answer<QuarantinePage>> QuarantineAsync(
        string project, int? limit, string? page_token, HttpContext context, QualityChecks checks, CancellationToken cancel) =>
        FeaturePages.LimitProblem(limit) is { } wrong ? wrong : await checks.QuarantineAsync(context.Actor(), project, limit ?? FeaturePages.DefaultLimit, page_token, cancel);

    private static async Task<Answer> ClearAsync(string project, string? check_id, HttpContext context, QualityChecks checks, CancellationToken cancel) =>
        await checks.ClearAsync(context.Actor(), project, check_id, cancel);
}
