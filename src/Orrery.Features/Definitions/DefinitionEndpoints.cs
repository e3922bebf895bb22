using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orrery.Contracts;
using Orrery.Tenancy;

namespace Orrery.Features;

/// <summary><c>/api/v1/features/projects/{project}</c>: plan, apply, rollback, history, export.</summary>
internal static class DefinitionEndpoints
{
    private const string YamlType = "application/yaml";

    public static void Map(IEndpointRouteBuilder app)
    {
        var project = app.MapGroup("/api/v1/features/projects/{project}").WithTags("Features");
        project.AddEndpointFilterFactory(StrictQuery.Make);
        project.MapPost("plan", PlanAsync).RequirePermission(Permissions.Write).WithName("PlanFeatures")
            .WithSummary("What applying definitions would do, and break.").Accepts<FeatureProjectDocument>("application/json", YamlType);
        project.MapPost("apply", ApplyAsync).RequirePermission(Permissions.Write).WithName("ApplyFeatures")
            .WithSummary("Applies definitions in one transaction.").Accepts<FeatureProjectDocument>("application/json", YamlType);
        project.MapPost("rollback", RollbackAsync).RequirePermission(Permissions.Write).WithName("RollbackFeatures")
            .WithSummary("Applies the definitions of an earlier revision as a new one.");
        project.MapDelete("", DeleteAsync).RequirePermission(Permissions.Write).WithName("DeleteFeatureProject").WithSummary("Deletes a project with its history.");
        project.MapGet("revisions", RevisionsAsync).RequirePermission(Permissions.Read).WithName("ListFeatureRevisions").WithSummary("What was applied, newest first.");
        project.MapGet("revisions/{revision:long}", RevisionAsync).RequirePermission(Permissions.Read).WithName("GetFeatureRevision").WithSummary("What one revision did, field by field.");
        project.MapGet("definitions", ExportAsync).RequirePermission(Permissions.Read).WithName("ExportFeatures")
            .WithSummary("A project's definitions, as JSON or YAML.").Produces<FeatureProjectDocument>(StatusCodes.Status200OK, "application/json", YamlType)
            .ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static async Task<Answer<FeaturePlan>> PlanAsync(
        string project, bool? partial, bool? repin, long? expected_revision, HttpContext context, ProjectChanges changes, FurtherRights rights, CancellationToken cancel)
    {
        if ((await DefinitionBody.ReadAsync(context.Request, project, cancel)).Failed(out var failure, out var text))
            return failure;
        var options = new PlanOptions(partial ?? false, repin ?? false, ExpectedRevision: expected_revision, Right: await RightAsync(context, rights, cancel), Sees: await ModelSight.OfAsync(context, rights, cancel));
        return (await changes.PlanAsync(context.Actor(), project, text.Document, options, cancel)).Failed(out failure, out var plan) ? text.Place(failure) : plan;
    }

    private static async Task<Answer<FeatureApply>> ApplyAsync(
        string project,
        bool? partial,
        bool? repin,
        bool? allow_breaking,
        long? expected_revision,
        string? note,
        HttpContext context,
        ProjectChanges changes,
        FurtherRights rights,
        CancellationToken cancel)
    {
        if ((await DefinitionBody.ReadAsync(context.Request, project, cancel)).Failed(out var failure, out var text))
            return failure;
        var options = new PlanOptions(partial ?? false, repin ?? false, allow_breaking ?? false, expected_revision, note, await RightAsync(context, rights, cancel),
            await ModelSight.OfAsync(context, rights, cancel));
        return (await changes.ApplyAsync(context.Actor(), project, text.Document, options, cancel)).Failed(out failure, out var applied) ? text.Place(failure) : applied;
    }

    private static async Task<Answer<FeatureApply>> RollbackAsync(
        string project,
        long revision,
        bool? allow_breaking,
        long? expected_revision,
        string? note,
        HttpContext context,
        ProjectChanges changes,
        FurtherRights rights,
        CancellationToken cancel)
    {
        var options = new PlanOptions(
            AllowBreaking: allow_breaking ?? false, ExpectedRevision: expected_revision, Note: note, Right: await RightAsync(context, rights, cancel), Sees: await ModelSight.OfAsync(context, rights, cancel));
        return await changes.RollbackAsync(context.Actor(), project, revision, options, cancel);
    }

    private static async Task<Answer> DeleteAsync(string project, HttpContext context, ProjectChanges changes, FurtherRights rights, CancellationToken cancel) =>
        await changes.DeleteAsync(context.Actor(), project, await RightAsync(context, rights, cancel), await ModelSight.OfAsync(context, rights, cancel), cancel);

    private static async Task<Answer<FeatureRevisionPage>> RevisionsAsync(
        string project, int? limit, string? page_token, HttpContext context, ProjectHistory history, CancellationToken cancel) =>
        await history.ListAsync(context.Actor(), project, limit, page_token, cancel);

    private static async Task<Answer<FeatureRevision>> RevisionAsync(string project, long revision, HttpContext context, ProjectHistory history, CancellationToken cancel) =>
        await history.FindAsync(context.Actor(), project, revision, cancel);

    private static async Task<IResult> ExportAsync(string project, long? revision, HttpContext context, ProjectHistory history, CancellationToken cancel)
    {
        var found = await history.ExportAsync(context.Actor(), project, revision, cancel);
        if (!found.Succeeded || !WantsYaml(context.Request))
            return (Answer<FeatureProjectDocument>)found;
        return Results.Text(DefinitionWriter.Yaml(found.Value), YamlType, Encoding.UTF8);
    }

    private static async ValueTask<RestrictedRight> RightAsync(HttpContext context, FurtherRights further, CancellationToken cancel)
    {
        var (allowed, limits) = await further.OfAsync(context, Permissions.Restricted, Permissions.ViewKind, cancel);
        return new(allowed, limits);
    }

    private static bool WantsYaml(HttpRequest request) => request.Headers.Accept.ToString().Contains("yaml", StringComparison.OrdinalIgnoreCase);
}
