using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orrery.Tenancy;

namespace Orrery.Serving;

/// <summary>KServe's V1 protocol and the Open Inference Protocol (V2).</summary>
internal sealed class PredictionEndpoints(Predictor predictor, ActiveDeployments active)
{
    public void Map(IEndpointRouteBuilder app)
    {
        var v1 = app.MapGroup("/v1/models").WithTags("Inference");
        v1.MapGet("", ListAsync).RequirePermission(Permissions.Predict).WithName("ListServedModelsV1").WithSummary("Names of the models that answer.");
        v1.MapGet("{model}", V1StatusAsync).RequirePermission(Permissions.Predict).WithName("GetServedModelV1").WithSummary("Whether a model is ready.");
        v1.MapPost("{call}", V1CallAsync).RequirePermission(Permissions.Predict).WithName("PredictV1").WithSummary("Asks a model: {model}:predict.");
        var v2 = app.MapGroup("/v2").WithTags("Inference");
        v2.MapGet("", ServerAsync).RequirePermission(Permissions.Predict).WithName("GetInferenceServer").WithSummary("The server, and the extensions that it speaks.");
        v2.MapGet("health/live", static context => V2Json.WriteAsync(context, new JsonObject { ["live"] = true })).RequirePermission(Permissions.Predict).WithName("InferenceLive").WithSummary("Whether the server lives.");
        v2.MapGet("health/ready", static context => V2Json.WriteAsync(context, new JsonObject { ["ready"] = true })).RequirePermission(Permissions.Predict).WithName("InferenceReady").WithSummary("Whether the server answers.");
        v2.MapGet("models", ListAsync).RequirePermission(Permissions.Predict).WithName("ListServedModelsV2").WithSummary("Names of the models that answer.");
        var model = v2.MapGroup("models/{model}");
        model.MapGet("", MetadataAsync).RequirePermission(Permissions.Predict).WithName("GetServedModelV2").WithSummary("Inputs and outputs of a model.");
        model.MapGet("ready", ReadyAsync).RequirePermission(Permissions.Predict).WithName("ServedModelReady").WithSummary("Whether a model is ready.");
        model.MapPost("infer", InferAsync).RequirePermission(Permissions.Predict).WithName("InferV2").WithSummary("Asks a model.");
        model.MapGet("versions/{version}", MetadataAsync).RequirePermission(Permissions.Predict).WithName("GetServedModelVersion").WithSummary("Inputs and outputs of a version.");
        model.MapGet("versions/{version}/ready", ReadyAsync).RequirePermission(Permissions.Predict).WithName("ServedModelVersionReady").WithSummary("Whether a version is ready.");
        model.MapPost("versions/{version}/infer", InferAsync).RequirePermission(Permissions.Predict).WithName("InferVersionV2").WithSummary("Asks a version of a model.");
    }

    private Task ListAsync(HttpContext context) => V2Json.WriteAsync(context, new JsonObject
    {
        ["models"] = new JsonArray([.. active.Names(context.Actor().Workspace, predictor.Environment(context)).Select(static name => (JsonNode)name)]),
    });

    private Task V1StatusAsync(HttpContext context) => Find(context) is { } deployment
        ? V2Json.WriteAsync(context, new JsonObject { ["name"] = deployment.Row.Key.Name, ["ready"] = true })
        : UnknownAsync(context);

    private Task V1CallAsync(HttpContext context)
    {
        var call = (string)context.Request.RouteValues["call"]!;
        var colon = call.LastIndexOf(':');
        return colon > 0 && call.AsSpan(colon + 1) is "predict"
            ? predictor.HandleAsync(context, V1Protocol.Instance, call[..colon], version: null)
            : ServingRefusals.WriteAsync(context, StatusCodes.Status404NotFound, $"There is no '{call}'; ask with {{model}}:predict.");
    }

    private Task InferAsync(HttpContext context) =>
        predictor.HandleAsync(context, V2Protocol.Instance, (string)context.Request.RouteValues["model"]!, (string?)context.Request.RouteValues["version"]);

    private static Task ServerAsync(HttpContext context) => V2Json.WriteAsync(context, new JsonObject
    {
        ["name"] = "orrery",
        ["version"] = typeof(PredictionEndpoints).Assembly.GetName().Version?.ToString(3),
        ["extensions"] = new JsonArray("binary_tensor_data"),
    });

    private async Task MetadataAsync(HttpContext context)
    {
        if (Find(context) is not { } deployment || Variants(context, deployment) is not [var variant, ..])
        {
            await UnknownAsync(context);
            return;
        }

        var model = await variant.Slot.EnterAsync(context.RequestAborted);
        try
        {
            await V2Json.WriteAsync(context, V2Json.Metadata(deployment, model.Declaration));
        }
        finally
        {
            variant.Slot.Leave();
        }
    }

    private Task ReadyAsync(HttpContext context) => Find(context) is { } deployment && Variants(context, deployment).Count > 0
        ? V2Json.WriteAsync(context, new JsonObject { ["name"] = deployment.Row.Key.Name, ["ready"] = true })
        : UnknownAsync(context);

    private ActiveDeployment? Find(HttpContext context) => active.Find(Key(context));

    private DeploymentKey Key(HttpContext context) => new(context.Actor().Workspace, predictor.Environment(context), (string)context.Request.RouteValues["model"]!);

    private static List<ActiveVariant> Variants(HttpContext context, ActiveDeployment deployment) => context.Request.RouteValues["version"] is string version
        ? [.. deployment.Answering.Where(variant => variant.Version == version)]
        : [.. deployment.Answering.OrderByDescending(static variant => variant.Spec.Weight)];

    private Task UnknownAsync(HttpContext context) => ServingRefusals.NoModelAsync(context, active, Key(context));
}
