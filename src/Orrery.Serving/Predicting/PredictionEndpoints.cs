using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orrery.Tenancy;

namespace Orrery.Serving;

/// <summary>KServe's V1 protocol and the Open Inference Protocol (V2).</summary>
internal sealed class PredictionEndpoints(Predictor predictor, ServedModels models, TimeProvider time, IEnumerable<IPredictionExplainer> explainers)
{
    private readonly V1Protocol _v1 = new(time);
    private readonly V1Explain? _explain = explainers.FirstOrDefault() is { } explainer ? new(new(time), explainer) : null;

    public void Map(IEndpointRouteBuilder app)
    {
        var v1 = app.MapGroup("/v1/models").WithTags("Inference");
        v1.MapGet("", ListAsync).RequirePermission(Permissions.Predict).WithName("ListServedModelsV1").WithSummary("Names of the models that answer.");
        v1.MapGet("{model}", V1StatusAsync).RequirePermission(Permissions.Predict).WithName("GetServedModelV1").WithSummary("Whether a model is ready.");
        v1.MapPost("{call}", V1CallAsync).RequirePermission(Permissions.Predict).WithName("PredictV1").WithSummary("Asks a model: {model}:predict, or {model}:explain for the reasons.");
        var v2 = app.MapGroup("/v2").WithTags("Inference");
        v2.MapGet("", ServerAsync).RequirePermission(Permissions.Predict).WithName("GetInferenceServer").WithSummary("The server, and the extensions that it speaks.");
        v2.MapGet("health/live", static context => V2Json.WriteAsync(context, new JsonObject { ["live"] = true })).RequirePermission(Permissions.Predict).WithName("InferenceLive").WithSummary("Whether the server lives.");
        v2.MapGet("health/ready", context => V2Json.WriteAsync(context, new JsonObject { ["ready"] = models.IsReady }, models.IsReady ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable)).RequirePermission(Permissions.Predict).WithName("InferenceReady").WithSummary("Whether the server answers.");
        v2.MapGet("models", ListAsync).RequirePermission(Permissions.Predict).WithName("ListServedModelsV2").WithSummary("Names of the models that answer.");
        var repository = v2.MapGroup("repository");
        repository.MapPost("index", IndexAsync).RequirePermission(Permissions.Predict).WithName("IndexServedModels").WithSummary("How the models stand.");
        repository.MapPost("models/{model}/load", LoadAsync).RequirePermission(Permissions.Predict).WithName("LoadServedModel").WithSummary("Has a deployed model be in memory.");
        repository.MapPost("models/{model}/unload", UnloadAsync).RequirePermission(Permissions.Predict).WithName("UnloadServedModel").WithSummary("Is refused: deployments are removed.");
        var model = v2.MapGroup("models/{model}");
        model.MapGet("openapi.json", OpenApiAsync).RequirePermission(Permissions.Predict).WithName("GetServedModelOpenApi").WithSummary("OpenAPI document of a model's predictions.");
        model.MapGet("", MetadataAsync).RequirePermission(Permissions.Predict).WithName("GetServedModelV2").WithSummary("Inputs and outputs of a model.");
        model.MapGet("ready", ReadyAsync).RequirePermission(Permissions.Predict).WithName("ServedModelReady").WithSummary("Whether a model is ready.");
        model.MapPost("infer", InferAsync).RequirePermission(Permissions.Predict).WithName("InferV2").WithSummary("Asks a model.");
        model.MapGet("versions/{version}", MetadataAsync).RequirePermission(Permissions.Predict).WithName("GetServedModelVersion").WithSummary("Inputs and outputs of a version.");
        model.MapGet("versions/{version}/ready", ReadyAsync).RequirePermission(Permissions.Predict).WithName("ServedModelVersionReady").WithSummary("Whether a version is ready.");
        model.MapPost("versions/{version}/infer", InferAsync).RequirePermission(Permissions.Predict).WithName("InferVersionV2").WithSummary("Asks a version of a model.");
    }

    private Task ListAsync(HttpContext context) => V2Json.WriteAsync(context, new JsonObject
    {
        ["models"] = new JsonArray([.. models.Names(context).Select(static name => (JsonNode)name)]),
    });

    private Task V1StatusAsync(HttpContext context) => models.FindReady(context, Model(context), version: null).Failed(out var refused, out _)
        ? ServingRefusals.WriteAsync(context, refused)
        : V2Json.WriteAsync(context, new JsonObject { ["name"] = Model(context), ["ready"] = true });

    private Task V1CallAsync(HttpContext context)
    {
        var call = (string)context.Request.RouteValues["call"]!;
        var colon = call.LastIndexOf(':');
        return (colon > 0 ? call[(colon + 1)..] : "") switch
        {
            "predict" => predictor.HandleAsync(context, _v1, call[..colon], version: null),
            "explain" when _explain is not null => predictor.HandleAsync(context, _explain, call[..colon], version: null),
            "explain" => ServingRefusals.WriteAsync(context, StatusCodes.Status501NotImplemented, $"The model {call[..colon]} has no explainer here; ask with {{model}}:predict."),
            _ => ServingRefusals.WriteAsync(context, StatusCodes.Status404NotFound, $"There is no '{call}'; ask with {{model}}:predict."),
        };
    }

    private Task InferAsync(HttpContext context) =>
        predictor.HandleAsync(context, V2Protocol.Instance, Model(context), Version(context));

    private static Task ServerAsync(HttpContext context) => V2Json.WriteAsync(context, new JsonObject
    {
        ["name"] = ServedModels.ServerName,
        ["version"] = ServedModels.ServerVersion,
        ["extensions"] = new JsonArray([.. ServedModels.Extensions.Select(static name => (JsonNode)name)]),
    });

    private Task MetadataAsync(HttpContext context) => DescribeAsync(context, V2Json.Metadata);

    private Task OpenApiAsync(HttpContext context) => DescribeAsync(
        context, (deployment, model, lookup) => ModelOpenApi.Document(context.Request.PathBase, deployment.Row.Key.Name, model, lookup));

    private async Task DescribeAsync(HttpContext context, Func<ActiveDeployment, ModelDeclaration, LookupBinding?, JsonObject> describe)
    {
        if (models.Find(context, Model(context), Version(context)).Failed(out var refused, out var found))
        {
            await ServingRefusals.WriteAsync(context, refused);
            return;
        }

        try
        {
            var model = await ServedModels.DeclarationAsync(found.Variant, context.RequestAborted);
            await V2Json.WriteAsync(context, describe(found.Deployment, model, found.Variant.Lookup?.Bind(model)));
        }
        catch (ModelException broken)
        {
            await ServingRefusals.WriteAsync(context, broken.Status, broken.Message);
        }
    }

    private Task ReadyAsync(HttpContext context) => models.FindReady(context, Model(context), Version(context)).Failed(out var refused, out _)
        ? ServingRefusals.WriteAsync(context, refused)
        : V2Json.WriteAsync(context, new JsonObject { ["name"] = Model(context), ["ready"] = true });

    private async Task IndexAsync(HttpContext context)
    {
        if (await RepositoryBody.ReadyOnlyAsync(context) is { } readyOnly)
            await V2Json.WriteAsync(context, V2Json.Index(models.Index(context, readyOnly)));
        else
            await ServingRefusals.WriteAsync(context, StatusCodes.Status400BadRequest, "The body must be empty or {\"ready\": true}.");
    }

    private async Task LoadAsync(HttpContext context)
    {
        if (models.Find(context, Model(context), version: null).Failed(out var refused, out var found))
        {
            await ServingRefusals.WriteAsync(context, refused);
            return;
        }

        try
        {
            foreach (var variant in found.Deployment.Answering)
                await ServedModels.DeclarationAsync(variant, context.RequestAborted);
            await V2Json.WriteAsync(context, new JsonObject { ["name"] = Model(context), ["load"] = true });
        }
        catch (ModelException broken)
        {
            await ServingRefusals.WriteAsync(context, broken.Status, broken.Message);
        }
    }

    private Task UnloadAsync(HttpContext context) => ServingRefusals.WriteAsync(
        context, models.Find(context, Model(context), version: null).Failed(out var refused, out _) ? refused : ServedModels.NoUnload(Model(context)));

    private static string Model(HttpContext context) => (string)context.Request.RouteValues["model"]!;

    private static string? Version(HttpContext context) => (string?)context.Request.RouteValues["version"];
}
