using Microsoft.AspNetCore.Http;

namespace Orrery.Serving;

/// <summary>The V1 protocol over HTTP.</summary>
internal sealed class V1Protocol : IProtocol
{
    public static readonly V1Protocol Instance = new();

    public void Read(HttpContext context, Prediction prediction, ModelDeclaration model, ActiveVariant variant)
    {
        V1Reader.Read(prediction.Body.Span, model, prediction.Call);
        if (variant.Spec.Output is { } output)
            prediction.Call.Want(output, binary: null);
    }

    public void Write(HttpContext context, Prediction prediction, ActiveDeployment deployment, ActiveVariant variant, string id)
    {
        V1Writer.Write(prediction.Answer, prediction.Json, prediction.Call);
        context.Response.ContentType = "application/json";
    }
}
