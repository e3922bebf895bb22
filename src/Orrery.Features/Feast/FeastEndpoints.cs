using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Storage;
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
        var settings = services.GetRequiredService<FeatureOptions>().Online;
        var logger = services.GetRequiredService<ILogger<OnlineFeatureEndpoint>>();
        var refusals = new EndpointRefusals((context, failure) => FeastRefusals.WriteOutsideAsync(context, failure, IsFeast(context, settings)));
        IEndpointConventionBuilder Post(string path, RequestDelegate handle, string permission, string name, string summary) =>
            app.MapPost(path, context => GuardAsync(context, handle, settings, logger)).RequirePermission(permission, Permissions.ViewKind).WithMetadata(refusals)
                .WithTags(Tag).WithName(name).WithSummary(summary);

        var materialize = services.GetRequiredService<MaterializeEndpoint>();
        foreach (var (root, suffix) in new[] { ("", ""), ("/feast/{project}", "OfProject") })
        {
            Post(root + "/get-online-features", online.HandleAsync, Permissions.Query, "FeastGetOnlineFeatures" + suffix, "Reads features online.").Writes<OnlineFeatures>();
            Post(root + "/push", push.PushAsync, Permissions.Push, "FeastPush" + suffix, "Pushes rows to a push source.")
                .WritesNothing(StatusCodes.Status200OK).Writes<PushAnswer>(StatusCodes.Status207MultiStatus);
            Post(root + "/write-to-online-store", push.WriteAsync, Permissions.Push, "FeastWriteToOnlineStore" + suffix, "Writes rows of one feature view online.").WritesNothing(StatusCodes.Status200OK);
            Post(root + "/materialize", materialize.RunAsync, Permissions.Materialize, "FeastMaterialize" + suffix, "Brings values between two times online.");
            Post(
                root + "/materialize-incremental", materialize.RunIncrementallyAsync, Permissions.Materialize, "FeastMaterializeIncremental" + suffix,
                "Brings values online from where each view's last run ended.");
            foreach (var path in new[] { "/search", "/retrieve-online-documents" })
                app.MapPost(root + path, (RequestDelegate)(context => NoVectorsAsync(context, settings)))
                    .RequirePermission(Permissions.Query, Permissions.ViewKind).WithMetadata(refusals).ExcludeFromDescription();
        }

        app.MapGet("/feast/{project}/health", static () => TypedResults.Text("OK")).AllowAnonymous().ExcludeFromDescription();
        app.MapPost("/api/v1/features/projects/{project}/push", (RequestDelegate)push.PushNativelyAsync)
            .RequirePermission(Permissions.Push, Permissions.ViewKind).WithTags("Features").WithName("PushFeatures")
            .WithSummary("Pushes rows to a push source, and tells of each row that was refused. The header Idempotency-Key makes it repeatable.")
            .Writes<PushAnswer>().Writes<PushAnswer>(StatusCodes.Status207MultiStatus);
    }

    // What the server gets wrong keeps the shape that the caller reads.
    private static async Task GuardAsync(HttpContext context, RequestDelegate handle, OnlineSettings settings, ILogger logger)
    {
        try
        {
            await handle(context);
        }
        catch (Exception e) when (e is not (OperationCanceledException or BadHttpRequestException) && !context.Response.HasStarted && IsFeast(context, settings))
        {
            if (e is DatabaseUnavailableException)
            {
                await FeastRefusals.WriteAsync(context, Failure.Unavailable("storage.database_away", e.Message), asFeast: true);
                return;
            }

            Log.FeastCallFailed(logger, e);
            await FeastRefusals.WriteFaultAsync(context);
        }
    }

    private static Task NoVectorsAsync(HttpContext context, OnlineSettings settings) => FeastRefusals.WriteAsync(
        context,
        Failure.Unsupported("features.vectors_not_offered", "Vector stores are not offered: values cannot be searched by nearness. Read them by their keys with get-online-features."),
        IsFeast(context, settings));

    private static bool IsFeast(HttpContext context, OnlineSettings settings) =>
        !FeastMode.Of(context.Request, settings).Failed(out _, out var asFeast) && FeastMode.ErrorsOf(context.Request, asFeast);
}
