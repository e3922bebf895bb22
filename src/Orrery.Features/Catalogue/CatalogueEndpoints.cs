using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orrery.Contracts;
using Orrery.Tenancy;

namespace Orrery.Features;

/// <summary><c>/api/v1/features</c>: the catalogue. Who has a right to some views only sees these.</summary>
internal static class CatalogueEndpoints
{
    public static void Map(IEndpointRouteBuilder app)
    {
        var features = app.MapGroup("/api/v1/features").WithTags("Features");
        features.MapGet("projects", ProjectsAsync).RequirePermission(Permissions.Read, Permissions.ViewKind).WithName("ListFeatureProjects").WithSummary("Feature projects of the workspace.");
        features.MapGet("search", SearchAsync).RequirePermission(Permissions.Read, Permissions.ViewKind).WithName("SearchFeatures")
            .WithSummary("Views, features and services by words, over all projects.");
        var project = features.MapGroup("projects/{project}");
        project.MapGet("views", ViewsAsync).RequirePermission(Permissions.Read, Permissions.ViewKind).WithName("ListFeatureViews").WithSummary("Views of both kinds.");
        project.MapGet("views/{name}", ViewAsync).RequirePermission(Permissions.Read, Permissions.ViewKind).WithName("GetFeatureView").WithSummary("A view with its versions and who uses it.");
        project.MapGet("entities", EntitiesAsync).RequirePermission(Permissions.Read, Permissions.ViewKind).WithName("ListFeatureEntities").WithSummary("Entities.");
        project.MapGet("sources", SourcesAsync).RequirePermission(Permissions.Read, Permissions.ViewKind).WithName("ListFeatureSources").WithSummary("Sources.");
        project.MapGet("services", ServicesAsync).RequirePermission(Permissions.Read, Permissions.ViewKind).WithName("ListFeatureServices").WithSummary("Services, with the versions that they are pinned to.");
        project.MapGet("usage", UsageAsync).RequirePermission(Permissions.Read, Permissions.ViewKind).WithName("GetFeatureUsage").WithSummary("How often features are read, and how many are reused.");
        project.MapGet("unused", UnusedAsync).RequirePermission(Permissions.Read, Permissions.ViewKind).WithName("ListUnusedFeatures").WithSummary("Features that no service uses and nobody reads.");
    }

    private static async Task<Answer<FeatureProjectPage>> ProjectsAsync(
        string? name, int? limit, string? page_token, HttpContext context, Catalogue catalogue, CancellationToken cancel) =>
        await catalogue.ProjectsAsync(context.Actor(), new(name, null, null, null, limit, page_token), cancel);

    private static async Task<Answer<FeatureSearchPage>> SearchAsync(
        string? query, int? limit, string? page_token, HttpContext context, FeatureSearch search, CancellationToken cancel) =>
        await search.FindAsync(context.Actor(), query, limit, page_token, cancel);

    private static async Task<Answer<FeatureViewPage>> ViewsAsync(
        string project, string? name, string? tag, string? owner, string? entity, int? limit, string? page_token, HttpContext context, Catalogue catalogue, CancellationToken cancel) =>
        await catalogue.ViewsAsync(context.Actor(), project, new(name, tag, owner, entity, limit, page_token), cancel);

    private static async Task<Answer<FeatureViewDetail>> ViewAsync(string project, string name, HttpContext context, Catalogue catalogue, CancellationToken cancel) =>
        await catalogue.ViewAsync(context.Actor(), project, name, cancel);

    private static async Task<Answer<FeatureEntityPage>> EntitiesAsync(
        string project, string? name, string? tag, string? owner, int? limit, string? page_token, HttpContext context, Catalogue catalogue, CancellationToken cancel) =>
        await catalogue.EntitiesAsync(context.Actor(), project, new(name, tag, owner, null, limit, page_token), cancel);

    private static async Task<Answer<FeatureSourcePage>> SourcesAsync(
        string project, string? name, string? tag, string? owner, int? limit, string? page_token, HttpContext context, Catalogue catalogue, CancellationToken cancel) =>
        await catalogue.SourcesAsync(context.Actor(), project, new(name, tag, owner, null, limit, page_token), cancel);

    private static async Task<Answer<FeatureServicePage>> ServicesAsync(
        string project, string? name, string? tag, string? owner, int? limit, string? page_token, HttpContext context, Catalogue catalogue, CancellationToken cancel) =>
        await catalogue.ServicesAsync(context.Actor(), project, new(name, tag, owner, null, limit, page_token), cancel);

    private static async Task<Answer<FeatureUsageReport>> UsageAsync(string project, int? days, HttpContext context, UsageReports reports, CancellationToken cancel) =>
        await reports.ReportAsync(context.Actor(), project, days, cancel);

    private static async Task<Answer<UnusedFeatureList>> UnusedAsync(string project, int? days, HttpContext context, UsageReports reports, CancellationToken cancel) =>
        await reports.UnusedAsync(context.Actor(), project, days, cancel);
}
