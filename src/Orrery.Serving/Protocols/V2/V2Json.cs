using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Orrery.Serving;

/// <summary>The small answers of the protocols.</summary>
internal static class V2Json
{
    public static Task WriteAsync(HttpContext context, JsonNode body, int status = StatusCodes.Status200OK)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(body.ToJsonString(), context.RequestAborted);
    }

    /// <summary>What a model takes and gives.</summary>
    public static JsonObject Metadata(ActiveDeployment deployment, ModelDeclaration model, LookupBinding? lookup)
    {
        var told = Metadata(deployment, model);
        if (lookup is not null)
            told["features"] = LookupSchema.Metadata(lookup);
        return told;
    }

    private static JsonObject Metadata(ActiveDeployment deployment, ModelDeclaration model) => new()
    {
        ["name"] = deployment.Row.Key.Name,
        ["versions"] = new JsonArray([.. deployment.Answering.Select(static variant => variant.Version).Distinct().Select(static version => (JsonNode)version)]),
        ["platform"] = model.Platform,
        ["inputs"] = Tensors(model.Inputs),
        ["outputs"] = Tensors(model.Outputs),
    };

    /// <summary>How models stand.</summary>
    public static JsonArray Index(IEnumerable<ModelState> models) => new([.. models.Select(static model =>
    {
        var one = new JsonObject { ["name"] = model.Name };
        if (model.Version.Length > 0)
            one["version"] = model.Version;
        (one["state"], one["reason"]) = (model.State, model.Reason);
        return (JsonNode)one;
    })]);

    private static JsonArray Tensors(IReadOnlyList<ModelTensor> tensors) => new([.. tensors.Select(static tensor => (JsonNode)new JsonObject
    {
        ["name"] = tensor.Name,
        ["datatype"] = tensor.Type.ToString(),
        ["shape"] = new JsonArray([.. tensor.Shape.Select(static size => (JsonNode)size)]),
    })]);
}
