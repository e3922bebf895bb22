using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orrery.Contracts;
using Orrery.Tenancy;

namespace Orrery.Serving;

/// <summary><c>/api/v1/deployments</c>.</summary>
internal static class DeploymentEndpoints
{
    public static void Map(IEndpointRouteBuilder app)
    {
        var deployments = app.MapGroup("/api/v1/deployments").WithTags("Serving");
        deployments.MapGet("", ListAsync).RequirePermission(Permissions.Read).WithName("ListDeployments").WithSummary("Deployments, by environment and name.");
        var one = deployments.MapGroup("{environment}/{name}");
        one.MapGet("", GetAsync).RequirePermission(Permissions.Read).WithName("GetDeployment").WithSummary("A deployment, and how it stands on each server.");
        one.MapPut("", PutAsync).RequirePermission(Permissions.Deploy).WithName("PutDeployment").WithSummary("Has a deployment be what the document says, as a new revision.");
        one.MapDelete("", RemoveAsync).RequirePermission(Permissions.Deploy).WithName("DeleteDeployment").WithSummary("Removes a deployment; its history stays.");
        one.MapGet("revisions", RevisionsAsync).RequirePermission(Permissions.Read).WithName("ListDeploymentRevisions").WithSummary("A deployment's history, newest first.");
        one.MapPost("rollback", RollbackAsync).RequirePermission(Permissions.Deploy).WithName("RollbackDeployment").WithSummary("Goes back to an earlier revision, as a new one.");
        one.MapPost("check", CheckAsync).RequirePermission(Permissions.Deploy).WithName("CheckDeployment").WithSummary("What would become of a change, by the same gates; nothing is changed.");
        one.MapPost("rollback/check", CheckRollbackAsync).RequirePermission(Permissions.Deploy).WithName("CheckDeploymentRollback").WithSummary("What would become of going back, by the same gates; nothing is changed.");
    }

    private static async Task<Answer<DeploymentPage>> ListAsync(
        string? environment, string? q, string? model, string? state, int? limit, string? page_token, HttpContext context, Deployments deployments, CancellationToken cancel) =>
        await deployments.ListAsync(context.Actor(), environment, new(Given(q), Given(model), Given(state)), limit, page_token, cancel);

    private static async Task<Answer<Deployment>> GetAsync(string environment, string name, HttpContext context, Deployments deployments, CancellationToken cancel) =>
        await deployments.GetAsync(context.Actor(), environment, name, cancel);

    private static async Task<Answer<Deployment>> PutAsync(
        string environment, string name, long? expected_revision, DeploymentBody body, HttpContext context, Deployments deployments, CancellationToken cancel) =>
        body.Result.Failed(out var unreadable, out var spec) ? unreadable : await deployments.PutAsync(context, environment, name, spec, expected_revision, cancel);

    private static async Task<Answer> RemoveAsync(string environment, string name, HttpContext context, Deployments deployments, CancellationToken cancel) =>
        await deployments.RemoveAsync(context.Actor(), environment, name, cancel);

    private static async Task<Answer<DeploymentRevisionPage>> RevisionsAsync(
        string environment, string name, int? limit, string? page_token, HttpContext context, Deployments deployments, CancellationToken cancel) =>
        await deployments.RevisionsAsync(context.Actor(), environment, name, limit, page_token, cancel);

    private static async Task<Answer<Deployment>> RollbackAsync(
        string environment, string name, RollbackDeployment body, HttpContext context, Deployments deployments, CancellationToken cancel) =>
        await deployments.RollbackAsync(context.Actor(), environment, name, body, cancel);

    private static async Task<Answer<DeploymentVerdict>> CheckAsync(
        string environment, string name, long? expected_revision, DeploymentBody body, HttpContext context, DeploymentTrial trial, CancellationToken cancel) =>
        body.Result.Failed(out var unreadable, out var spec) ? unreadable : await trial.OfPutAsync(context, environment, name, spec, expected_revision, cancel);

    private static async Task<Answer<DeploymentVerdict>> CheckRollbackAsync(
        string environment, string name, RollbackDeployment body, HttpContext context, DeploymentTrial trial, CancellationToken cancel) =>
        await trial.OfRollbackAsync(context.Actor(), environment, name, body, cancel);

    private static string? Given(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
