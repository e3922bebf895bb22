using Google.Protobuf.Collections;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orrery.Inference;
using Orrery.Kernel;
using Orrery.Tenancy;

namespace Orrery.Serving;

/// <summary>The service <c>inference.GRPCInferenceService</c> of the Open Inference Protocol. What is not mapped is UNIMPLEMENTED.</summary>
internal sealed class GrpcEndpoints(Predictor predictor, ServedModels models)
{
    /// <summary>Path of the service.</summary>
    public const string Service = "/inference.GRPCInferenceService";

    public void Map(IEndpointRouteBuilder app)
    {
        var service = app.MapGroup(Service).WithTags("Inference").ExcludeFromDescription();
        Map(service, "ServerLive", "Whether the server lives.", context =>
            GrpcCall.AnswerAsync(context, ServerLiveRequest.Parser, static (_, _) => Reply(new ServerLiveResponse { Live = true })));
        Map(service, "ServerReady", "Whether the server answers.", context =>
            GrpcCall.AnswerAsync(context, ServerReadyRequest.Parser, (_, _) => Reply(new ServerReadyResponse { Ready = models.IsReady })));
        Map(service, "ModelReady", "Whether a model is ready.", context =>
            GrpcCall.AnswerAsync(context, ModelReadyRequest.Parser, (request, _) => ModelReady(context, request)));
        Map(service, "ServerMetadata", "The server, and the extensions that it speaks.", context =>
            GrpcCall.AnswerAsync(context, ServerMetadataRequest.Parser, static (_, _) => ServerMetadata()));
        Map(service, "ModelMetadata", "Inputs and outputs of a model.", context =>
            GrpcCall.AnswerAsync(context, ModelMetadataRequest.Parser, (request, cancel) => ModelMetadataAsync(context, request, cancel)));
        Map(service, "ModelInfer", "Asks a model.", InferAsync);
        Map(service, "RepositoryIndex", "How the models stand.", context =>
            GrpcCall.AnswerAsync(context, RepositoryIndexRequest.Parser, (request, _) => Index(context, request)));
        Map(service, "RepositoryModelLoad", "Has a deployed model be in memory.", context =>
            GrpcCall.AnswerAsync(context, RepositoryModelLoadRequest.Parser, (request, cancel) => LoadAsync(context, request, cancel)));
        Map(service, "RepositoryModelUnload", "Is refused: deployments are removed.", context =>
            GrpcCall.AnswerAsync(context, RepositoryModelUnloadRequest.Parser, (request, _) => Unload(request)));
    }

    private static void Map(RouteGroupBuilder service, string method, string summary, RequestDelegate answer) =>
        service.MapPost(method, answer).RequirePermission(Permissions.Predict).WithName("Grpc" + method).WithSummary(summary);

    private async Task InferAsync(HttpContext context)
    {
        if (await GrpcCall.RefusesAsync(context))
            return;
        try
        {
            var patience = GrpcTimeout.Of(context.Request);
            var (model, version) = await GrpcFrame.PeekAsync(context);
            await predictor.HandleAsync(context, new GrpcProtocol(model, version, patience), model, version.Length > 0 ? version : null);
        }
        catch (TensorException wrong)
        {
            await ServingRefusals.WriteAsync(context, StatusCodes.Status400BadRequest, wrong.Message);
        }
        catch (RefusedException refused)
        {
            await ServingRefusals.WriteAsync(context, refused.Status, refused.Message);
        }
    }

    private ValueTask<Result<ModelReadyResponse>> ModelReady(HttpContext context, ModelReadyRequest request) =>
        models.FindReady(context, request.Name, request.Version).Failed(out var refused, out _) && refused.Kind is not FailureKind.Unavailable
            ? new(refused)
            : Reply(new ModelReadyResponse { Ready = refused is null });

    private static ValueTask<Result<ServerMetadataResponse>> ServerMetadata()
    {
        var reply = new ServerMetadataResponse { Name = ServedModels.ServerName, Version = ServedModels.ServerVersion };
        reply.Extensions.AddRange(ServedModels.Extensions);
        return Reply(reply);
    }

    private async ValueTask<Result<ModelMetadataResponse>> ModelMetadataAsync(HttpContext context, ModelMetadataRequest request, CancellationToken cancel)
    {
        if (models.Find(context, request.Name, request.Version).Failed(out var refused, out var found))
            return refused;
        var model = await ServedModels.DeclarationAsync(found.Variant, cancel);
        var reply = new ModelMetadataResponse { Name = request.Name, Platform = model.Platform };
        reply.Versions.AddRange(found.Deployment.Answering.Select(static variant => variant.Version).Distinct());
        Describe(model.Inputs, reply.Inputs);
        Describe(model.Outputs, reply.Outputs);
        if (found.Variant.Lookup?.Bind(model) is { } lookup)
            reply.Properties["features"] = LookupSchema.Metadata(lookup).ToJsonString();
        return reply;
    }

    private ValueTask<Result<RepositoryIndexResponse>> Index(HttpContext context, RepositoryIndexRequest request)
    {
        var reply = new RepositoryIndexResponse();
        foreach (var one in models.Index(context, request.Ready))
            reply.Models.Add(new RepositoryIndexResponse.Types.ModelIndex { Name = one.Name, Version = one.Version, State = one.State, Reason = one.Reason });
        return Reply(reply);
    }

    private async ValueTask<Result<RepositoryModelLoadResponse>> LoadAsync(HttpContext context, RepositoryModelLoadRequest request, CancellationToken cancel)
    {
        if (models.Find(context, request.ModelName, version: null).Failed(out var refused, out var found))
            return refused;
        foreach (var variant in found.Deployment.Answering)
            await ServedModels.DeclarationAsync(variant, cancel);
        return new RepositoryModelLoadResponse();
    }

    private static ValueTask<Result<RepositoryModelUnloadResponse>> Unload(RepositoryModelUnloadRequest request) => new(ServedModels.NoUnload(request.ModelName));

    private static void Describe(IReadOnlyList<ModelTensor> tensors, RepeatedField<ModelMetadataResponse.Types.TensorMetadata> into)
    {
        foreach (var tensor in tensors)
        {
            var described = new ModelMetadataResponse.Types.TensorMetadata { Name = tensor.Name, Datatype = tensor.Type.ToString() };
            described.Shape.AddRange(tensor.Shape);
            into.Add(described);
        }
    }

    private static ValueTask<Result<T>> Reply<T>(T reply)
        where T : class => new(reply);
}
