using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Http;

namespace Orrery.Serving;

/// <summary>The Open Inference Protocol over gRPC: one call of <c>ModelInfer</c>.</summary>
/// <param name="model">Name that the request begins with.</param>
/// <param name="version">Version that it asks for; empty for any.</param>
/// <param name="patience">How long the caller waits.</param>
internal sealed class GrpcProtocol(string model, string version, TimeSpan? patience) : IProtocol
{
    public TimeSpan? Patience(HttpContext context) => patience;

    public void Read(HttpContext context, Prediction prediction, ModelDeclaration declaration, ActiveVariant variant)
    {
        GrpcFrame.Open(context, prediction);
        var (name, number) = InferRequestReader.Read(prediction.Body, prediction.Call);
        if (name != model || number != version)
            throw new TensorException("model_name and model_version must come before the request's inputs.");
    }

    public void Write(HttpContext context, Prediction prediction, ActiveDeployment deployment, ActiveVariant variant, string id)
    {
        var output = prediction.Answer;
        output.GetSpan(GrpcFrame.PrefixBytes);
        output.Advance(GrpcFrame.PrefixBytes);
        InferReplyWriter.Write(output, deployment.Row.Key.Name, variant.Version, prediction.Call.Id ?? id, prediction.Call);
        GrpcFrame.Close(MemoryMarshal.AsMemory(output.WrittenMemory).Span);
        GrpcCall.Begin(context.Response);
    }
}
