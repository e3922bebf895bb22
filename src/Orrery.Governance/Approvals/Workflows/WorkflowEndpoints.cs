using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orrery.Contracts;
using Orrery.Tenancy;

namespace Orrery.Governance;

/// <summary><c>/api/v1/approval-workflows</c>.</summary>
internal static class WorkflowEndpoints
{
    public static void Map(IEndpointRouteBuilder app)
    {
        var all = app.MapGroup("/api/v1/approval-workflows").WithTags("Approvals");
        all.MapGet("schema.json", static () => Results.Bytes(BuiltInWorkflows.Schema, "application/schema+json")).OpenToAll().WithName("GetApprovalWorkflowSchema")
            .WithSummary("The JSON Schema of workflows.").Produces<string>(StatusCodes.Status200OK, "application/schema+json");
        all.MapGet("", ListAsync).RequirePermission(Permissions.Read).WithName("ListApprovalWorkflows").WithSummary("Workflows of the workspace, the newest of each name, with those that are built in.");
        all.MapPost("validate", ValidateAsync).RequirePermission(Permissions.Read).WithName("ValidateApprovalWorkflow").WithSummary("Whether a text is a workflow; nothing is changed.");
        all.MapGet("{name}", GetAsync).RequirePermission(Permissions.Read).WithName("GetApprovalWorkflow").WithSummary("A workflow as it is now, or as it was in a version.");
        all.MapGet("{name}/versions", VersionsAsync).RequirePermission(Permissions.Read).WithName("ListApprovalWorkflowVersions").WithSummary("Every version of a workflow, newest first.");
        all.MapPut("{name}", SetAsync).RequirePermission(Permissions.Policy).WithName("SetApprovalWorkflow")
            .WithSummary("Sets a workflow of the workspace, as a new version. What is pending keeps the one it began with.");
        all.MapDelete("{name}", RemoveAsync).RequirePermission(Permissions.Policy).WithName("RemoveApprovalWorkflow")
            .WithSummary("Takes the workspace's own away; a built-in one of its name counts again.");
    }

    private static async Task<Answer<ApprovalWorkflowList>> ListAsync(HttpContext context, Workflows workflows, CancellationToken cancel) => await workflows.ListAsync(context.Actor(), cancel);

    private static Answer<ApprovalWorkflowSpec> Validate(ApprovalWorkflowText body) => WorkflowYaml.Read(body.Yaml);

    private static Task<Answer<ApprovalWorkflowSpec>> ValidateAsync(ApprovalWorkflowText body) => Task.FromResult(Validate(body));

    private static async Task<Answer<ApprovalWorkflow>> GetAsync(string name, int? version, HttpContext context, Workflows workflows, CancellationToken cancel) =>
        await workflows.GetAsync(context.Actor(), name, version, cancel);

    private static async Task<Answer<ApprovalWorkflowList>> VersionsAsync(string name, HttpContext context, Workflows workflows, CancellationToken cancel) =>
        await workflows.VersionsAsync(context.Actor(), name, cancel);

    private static async Task<Answer<ApprovalWorkflow>> SetAsync(string name, ApprovalWorkflowText body, HttpContext context, Workflows workflows, CancellationToken cancel) =>
        await workflows.SetAsync(context.Actor(), name, body.Yaml, cancel);

    private static async Task<Answer> RemoveAsync(string name, HttpContext context, Workflows workflows, CancellationToken cancel) => await workflows.RemoveAsync(context.Actor(), name, cancel);
}
