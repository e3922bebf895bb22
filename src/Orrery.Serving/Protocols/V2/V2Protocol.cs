using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Orrery.Serving;

/// <summary>The Open Inference Protocol over HTTP.</summary>
internal sealed class V2Protocol : IProtocol
{
    public const string LengthHeader = "Inference-Header-Content-Length";

    public static readonly V2Protocol Instance = new();

    public void Read(HttpContext context, Prediction prediction, ModelDeclaration model, ActiveVariant variant)
    {
        ContentTypes.Check(context.Request);
        BodyCoding.Open(context, prediction);
        int? length = null;
        if (context.Request.Headers.TryGetValue(LengthHeader, out var header))
        {
            length = int.TryParse(header.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var read)
                ? read
                : throw new TensorException($"The header {LengthHeader} must be a whole number of bytes, not '{header}'.");
        }

        if (length == 0)
            V2Raw.Read(prediction.Body, model, prediction.Call);
        else
            V2Reader.Read(prediction.Body, length, prediction.Call);
    }

    public void Write(HttpContext context, Prediction prediction, ActiveDeployment deployment, ActiveVariant variant, string id)
    {
        var call = prediction.Call;
        var length = V2Writer.Write(prediction.Answer, prediction.Json, deployment.Row.Key.Name, variant.Version, call.Id ?? id, call);
        context.Response.ContentType = length is null ? ContentTypes.Json : ContentTypes.Binary;
        if (length is { } json)
            context.Response.Headers[LengthHeader] = json.ToString(CultureInfo.InvariantCulture);
    }
}
