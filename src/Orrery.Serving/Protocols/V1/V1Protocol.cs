using Microsoft.AspNetCore.Http;

namespace Orrery.Serving;

/// <summary>The V1 protocol over HTTP, and CloudEvents of it.</summary>
internal sealed class V1Protocol(TimeProvider time) : IProtocol
{
    public void Read(HttpContext context, Prediction prediction, ModelDeclaration model, ActiveVariant variant)
    {
        ContentTypes.Check(context.Request);
        BodyCoding.Open(context, prediction);
        var body = prediction.Body.Span;
        if (V1Event.IsStructured(context.Request))
        {
            var (start, length) = V1Event.Data(body);
            body = body.Slice(start, length);
        }
        else if (V1Event.IsBinary(context.Request))
        {
            V1Event.CheckHeaders(context.Request);
        }

        if (variant.Lookup is not { } lookup || !lookup.TryRead(body, model, prediction))
            V1Reader.Read(body, model, prediction.Call);
        if (variant.Spec.Output is { } output)
            prediction.Call.Want(output, binary: null);
    }

    public void Write(HttpContext context, Prediction prediction, ActiveDeployment deployment, ActiveVariant variant, string id)
    {
        if (V1Event.IsStructured(context.Request))
        {
            WriteEvent(prediction, deployment.Row.Key.Name, id);
            context.Response.ContentType = ContentTypes.CloudEvent;
            return;
        }

        V1Writer.Write(prediction.Answer, prediction.Json, prediction.Call);
        context.Response.ContentType = ContentTypes.Json;
        if (V1Event.IsBinary(context.Request))
            V1Event.WriteHeaders(context.Response, deployment.Row.Key.Name, id, time.GetUtcNow());
    }

    private void WriteEvent(Prediction prediction, string model, string id)
    {
        var json = prediction.Json;
        json.Reset(prediction.Answer);
        V1Event.Begin(json, model, id, time.GetUtcNow());
        V1Writer.Write(json, prediction.Call);
        json.WriteEndObject();
        json.Flush();
    }
}
