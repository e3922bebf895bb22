using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orrery.Contracts;
using Orrery.Serving;
using Orrery.Tenancy;

namespace Orrery.Delivery;

/// <summary><c>/api/v1/deliveries</c>, <c>/api/v1/delivery-settings</c> and <c>/api/v1/delivery-metrics</c>.</summary>
internal static class DeliveryEndpoints
{
    public static void Map(IEndpointRouteBuilder app)
    {
        var all = app.MapGroup("/api/v1/deliveries").WithTags("Delivery");
        all.MapPost("", StartAsync).RequirePermission(Permissions.Deploy).WithName("StartDelivery").WithSummary("Has a version brought to an environment through nine stages.");
        all.MapGet("", ListAsync).RequirePermission(Permissions.Read).WithName("ListDeliveries").WithSummary("Deliveries, newest first.");
        var one = all.MapGroup("{id}");
        one.MapGet("", GetAsync).RequirePermission(Permissions.Read).WithName("GetDelivery").WithSummary("A delivery and its stages.");
        one.MapGet("logs", LogsAsync).RequirePermission(Permissions.Read).WithName("ListDeliveryLog").WithSummary("A delivery's log, oldest first.");
        one.MapPost("cancel", CancelAsync).RequirePermission(Permissions.Deploy).WithName("CancelDelivery").WithSummary("Stops a delivery, and takes back what it deployed.");
        one.MapPost("retry", RetryAsync).RequirePermission(Permissions.Deploy).WithName("RetryDelivery").WithSummary("Has a delivery that failed go on where it ended.");
        one.MapPost("rollback", RollbackAsync).RequirePermission(Permissions.Deploy).WithName("RollbackDelivery").WithSummary("Takes a delivery back that succeeded.");
        one.MapPost("promote", PromoteAsync).RequirePermission(Permissions.Deploy).WithName("PromoteDelivery").WithSummary("Begins a delivery of the same version to another environment.");
        var settings = app.MapGroup("/api/v1/delivery-settings").WithTags("Delivery");
        settings.MapGet("", SettingsAsync).RequirePermission(Permissions.Read).WithName("GetDeliverySettings").WithSummary("What counts for deliveries to an environment.");
        settings.MapPut("", SetAsync).RequirePermission(Permissions.Manage).WithName("SetDeliverySettings").WithSummary("Sets what counts for deliveries to an environment, or to all.");
        app.MapGet("/api/v1/delivery-metrics", MetricsAsync).RequirePermission(Permissions.Read).WithTags("Delivery").WithName("GetDeliveryMetrics")
            .WithSummary("Deployment frequency, lead time, change failure rate, time to restore.");
    }

    private static async Task<Answer<ModelDelivery>> StartAsync(StartDelivery body, HttpContext context, Deliveries deliveries, DeliveryRights rights, ServingOptions serving, CancellationToken cancel)
    {
        if (DeliveryRules.Read(body, serving).Failed(out var wrong, out var spec))
            return wrong;
        spec = await rights.AsTriedAsync(context.Actor(), spec, cancel);
        return await rights.ProblemAsync(context, spec, cancel) is { } denied ? denied : Answer.Accepted(await deliveries.StartAsync(context.Actor(), spec, DeployEndpoint.Key(context), cancel));
    }

    private static async Task<Answer<ModelDeliveryPage>> ListAsync(
        string? model, string? version, string? environment, string? name, string? state, int? limit, string? page_token, HttpContext context, Deliveries deliveries, CancellationToken cancel) =>
        await deliveries.ListAsync(context.Actor(), new(model, version, environment, name, state), limit, page_token, cancel);

    private static async Task<Answer<ModelDelivery>> GetAsync(string id, HttpContext context, Deliveries deliveries, CancellationToken cancel) =>
        await deliveries.GetAsync(context.Actor(), id, cancel);

    private static async Task<Answer<DeliveryLogPage>> LogsAsync(string id, int? limit, string? page_token, HttpContext context, Deliveries deliveries, CancellationToken cancel) =>
        await deliveries.LogsAsync(context.Actor(), id, limit, page_token, cancel);

    private static async Task<Answer<ModelDelivery>> CancelAsync(string id, HttpContext context, Deliveries deliveries, CancellationToken cancel) =>
        await deliveries.CancelAsync(context.Actor(), id, cancel);

    private static async Task<Answer<ModelDelivery>> RetryAsync(string id, HttpContext context, Deliveries deliveries, CancellationToken cancel) =>
        await deliveries.RetryAsync(context.Actor(), id, cancel);

    private static async Task<Answer<ModelDelivery>> RollbackAsync(string id, RollbackDelivery body, HttpContext context, Deliveries deliveries, CancellationToken cancel) =>
        await deliveries.RollbackAsync(context.Actor(), id, body, cancel);

    private static async Task<Answer<ModelDelivery>> PromoteAsync(
        string id, PromoteDelivery body, HttpContext context, Deliveries deliveries, DeliveryRights rights, CancellationToken cancel)
    {
        if ((await deliveries.PromotionAsync(context.Actor(), id, body, cancel)).Failed(out var wrong, out var spec))
            return wrong;
        // What is looked at is what is delivered.
        spec = await rights.AsTriedAsync(context.Actor(), spec, cancel);
        return await rights.ProblemAsync(context, spec, cancel) is { } denied ? denied : Answer.Accepted(await deliveries.StartAsync(context.Actor(), spec, DeployEndpoint.Key(context), cancel));
    }

    private static async Task<Answer<DeliverySettings>> SettingsAsync(string? environment, HttpContext context, EnvironmentSettings settings, CancellationToken cancel) =>
        await settings.GetAsync(context.Actor(), environment, cancel);

    private static async Task<Answer<DeliverySettings>> SetAsync(string? environment, DeliverySettings body, HttpContext context, EnvironmentSettings settings, CancellationToken cancel) =>
        await settings.SetAsync(context.Actor(), environment, body, cancel);

    private static async Task<Answer<DeliveryMetrics>> MetricsAsync(string? model, string? environment, string? since, HttpContext context, DeliveryFigures figures, CancellationToken cancel) =>
        await figures.OfAsync(context.Actor(), model, environment, since, cancel);
}
