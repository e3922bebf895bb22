using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Orrery.Kernel;
using Orrery.Tenancy;

namespace Orrery.Tracking;

/// <summary>Handles one MLflow call: reads its fields, writes the members of the answer, or returns why not.</summary>
public delegate ValueTask<Failure?> MlflowHandler(MlflowCall call);

/// <summary>Maps MLflow endpoints.</summary>
public static class MlflowRoutes
{
    /// <summary>Largest JSON body, in bytes, where an endpoint does not say otherwise. A parsed body takes several times its size.</summary>
    public const long MaxBody = 8 << 20;

    private static readonly string[] Roots = ["/api/2.0/mlflow/", "/ajax-api/2.0/mlflow/"];

    /// <summary>Maps an endpoint under <c>/api/2.0/mlflow/</c> and, as MLflow's own server does, under <c>/ajax-api/2.0/mlflow/</c>.</summary>
    /// <param name="app">Where to.</param>
    /// <param name="method">GET, POST, PATCH or DELETE; several with a comma.</param>
    /// <param name="path">After the root: <c>runs/create</c>.</param>
    /// <param name="permission">What the caller needs.</param>
    /// <param name="handler">Handles it.</param>
    /// <param name="on">How the object is found that the call acts on; null when only a right to the whole workspace will do.</param>
    /// <param name="maxBody">Largest body, in bytes; null for what the server allows at all. A larger one is a 413.</param>
    public static void MapMlflow(
        this IEndpointRouteBuilder app, string method, string path, string permission, MlflowHandler handler, ObjectRule? on = null, long? maxBody = MaxBody)
    {
        foreach (var root in Roots)
            Map(app, method, root + path, permission, handler, on, maxBody);
    }

    /// <summary>Maps an MLflow endpoint at a path of its own.</summary>
    public static void MapMlflowAt(this IEndpointRouteBuilder app, string method, string path, string permission, MlflowHandler handler, ObjectRule? on = null) =>
        Map(app, method, path, permission, handler, on, MaxBody);

    private static void Map(IEndpointRouteBuilder app, string method, string path, string permission, MlflowHandler handler, ObjectRule? on, long? maxBody) => app
        .MapMethods(path, method.Split(','), context => RunAsync(context, handler, on, maxBody))
        .WithTags("MLflow")
        .RequirePermission(permission, on?.Kind);

    private static async Task RunAsync(HttpContext context, MlflowHandler handler, ObjectRule? on, long? maxBody)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit && limit.MaxRequestBodySize > maxBody)
            limit.MaxRequestBodySize = maxBody;
        var read = await MlflowCall.ReadAsync(context);
        if (read.Failed(out var refused, out var call))
        {
            await Refusals.WriteAsync(context, refused);
            return;
        }

        using (call)
        {
            call.Json.WriteStartObject();
            if ((on is null ? null : await on.RefusesAsync(call)) is { } outside)
            {
                await Refusals.WriteAsync(context, outside);
                return;
            }

            if (await handler(call) is { } failure)
            {
                await Refusals.WriteAsync(context, failure);
                return;
            }

            call.Json.WriteEndObject();
            await call.SendAsync();
        }
    }
}
