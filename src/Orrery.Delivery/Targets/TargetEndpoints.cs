using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orrery.Contracts;
using Orrery.Tenancy;

namespace Orrery.Delivery;

/// <summary><c>/api/v1/delivery-targets</c>.</summary>
internal static class TargetEndpoints
{
    public static void Map(IEndpointRouteBuilder app)
    {
        var all = app.MapGroup("/api/v1/delivery-targets").WithTags("Delivery");
        all.MapGet("", ListAsync).RequirePermission(Permissions.Read).WithName("ListDeliveryTargets").WithSummary("Where versions for each environment are brought to.");
        var one = all.MapGroup("{environment}");
        one.MapGet("", GetAsync).RequirePermission(Permissions.Read).WithName("GetDeliveryTarget").WithSummary("Where versions for an environment are brought to.");
        one.MapPut("", PutAsync).RequirePermission(Permissions.Manage).WithName("PutDeliveryTarget").WithSummary("Sets where versions for an environment are brought to.");
        one.MapDelete("", DeleteAsync).RequirePermission(Permissions.Manage).WithName("DeleteDeliveryTarget").WithSummary("Has an environment be this server's again.");
        one.MapPost("check", CheckAsync).RequirePermission(Permissions.Manage).WithName("CheckDeliveryTarget").WithSummary("Tries a target: reads its repository and its cluster, and writes nothing.");
        one.MapGet("drift", DriftAsync).RequirePermission(Permissions.Read).WithName("GetDeliveryTargetDrift").WithSummary("Where an environment's repository, its cluster and what was delivered differ, as last seen.");
        one.MapPost("drift", LookAsync).RequirePermission(Permissions.Deploy).WithName("LookAtDeliveryTarget").WithSummary("Looks at an environment's repository and cluster now.");
        one.MapGet("files", FilesAsync).RequirePermission(Permissions.Read).WithName("GetDeliveryTargetFiles")
            .WithSummary("The files that a repository and a cluster need once: a workflow that checks commits, and the cluster's admission check.");
    }

    private static async Task<Answer<DeliveryTargetList>> ListAsync(HttpContext context, Targets targets, CancellationToken cancel) => await targets.ListAsync(context.Actor(), cancel);

    private static async Task<Answer<DeliveryTarget>> GetAsync(string environment, HttpContext context, Targets targets, CancellationToken cancel) =>
        await targets.GetAsync(context.Actor(), environment, cancel);

    private static async Task<Answer<DeliveryTarget>> PutAsync(string environment, PutDeliveryTarget body, HttpContext context, Targets targets, CancellationToken cancel) =>
        await targets.PutAsync(context.Actor(), environment, body, cancel);

    private static async Task<Answer> DeleteAsync(string environment, HttpContext context, Targets targets, CancellationToken cancel) => await targets.DeleteAsync(context.Actor(), environment, cancel);

    private static async Task<Answer<TargetCheck>> CheckAsync(string environment, HttpContext context, TargetChecks checks, CancellationToken cancel) =>
        await checks.TryAsync(context.Actor(), environment, cancel);

    private static async Task<Answer<TargetDrift>> DriftAsync(string environment, HttpContext context, TargetChecks checks, CancellationToken cancel) =>
        await checks.DriftAsync(context.Actor(), environment, now: false, cancel);

    private static async Task<Answer<TargetDrift>> LookAsync(string environment, HttpContext context, TargetChecks checks, CancellationToken cancel) =>
        await checks.DriftAsync(context.Actor(), environment, now: true, cancel);

    private static async Task<Answer<TargetFiles>> FilesAsync(string environment, HttpContext context, Targets targets, TargetOnceFiles files, CancellationToken cancel) =>
        (await targets.GetAsync(context.Actor(), environment, cancel)).Then<TargetFiles>(target => files.Create(context.Actor(), target, $"{context.Request.Scheme}://{context.Request.Host}"));
}
