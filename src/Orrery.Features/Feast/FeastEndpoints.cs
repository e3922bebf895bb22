using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Orrery.Tenancy;

namespace Orrery.Features;

/// <summary>
/// Feast's server API: at the root for the project <c>default</c>, below <c>/feast/{project}</c> for any. Bodies are JSON, whatever their content type says.
/// </summary>
internal static class FeastEndpoints
{
    private const string Tag = "Feast";

    /// <summary>The project that a request names.</summary>
    public static string ProjectOf(HttpContext context) =>
        context.Request.RouteValues.TryGetValue("project", out var given) ? (string)given! : OnlineFeatureEndpoint.DefaultProject;

    public static void Map(IEndpointRouteBuilder app)
    {
        var services = app.ServiceProvider;
        var online = services.GetRequiredService<OnlineFeatureEndpoint>();
        var push = services.GetRequiredService<PushEndpoint>();
        var materialize = services.GetRequiredService<MaterializeEndpoint>();
        foreach (var (root, suffix) in new[] { ("", ""), ("/feast/{project}", "OfProject") })
        {
            Post(app, root + "/get-online-features", online.HandleAsync, Permissions.Query, "FeastGetOnlineFeatures" + suffix, "Reads features online.");
            Post(app, root + "/push", push.PushAsync, Permissions.Push, "FeastPush" + suffix, "Pushes rows to a push source.");
            Post(app, root + "/write-to-online-store", push.WriteAsync, Permissions.Push, "FeastWriteToOnlineStore" + suffix, "Writes rows of one feature view online.");
            Post(app, root + "/materialize", materialize.RunAsync, Permissions.Materialize, "FeastMaterialize" + suffix, "Brings values between two times online.");
            Post(
                app, root + "/materialize-incremental", materialize.RunIncrementallyAsync, Permissions.Materialize, "FeastMaterializeIncremental" + suffix,
                "Brings values online from where each view's last run ended.");
        }

        app.MapPost("/api/v1/features/projects/{project}/push", (RequestDelegate)push.PushNativelyAsync)
            .RequirePermission(Permissions.Push, Permissions.ViewKind).WithTags("Features").WithName("PushFeatures")
            .WithSummary("Pushes rows to a push source, and tells of each row that was refused. The header Idempotency-Key makes it repeatable.");
    }

    private static void Post(IEndpointRouteBuilder app, string path, RequestDelegate handle, string permission, string name, string summary) =>
        app.MapPost(path, handle).RequirePermission(permission, Permissions.ViewKind).WithTags(Tag).WithName(name).WithSummary(summary);
}
