using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Orrery.Contracts;
using Orrery.Tenancy;

namespace Orrery.Serving;

/// <summary>The V1 protocol's <c>:explain</c>: requests as of <c>:predict</c>, the answer with an explanation a row. The prediction is made and logged, too.</summary>
internal sealed class V1Explain(V1Protocol predict, IPredictionExplainer explainer) : IProtocol
{
    public void Read(HttpContext context, Prediction prediction, ModelDeclaration model, ActiveVariant variant)
    {
        if (V1Event.IsStructured(context.Request) || V1Event.IsBinary(context.Request))
            throw new RefusedException(StatusCodes.Status415UnsupportedMediaType, "Explanations are asked for with plain JSON, not with CloudEvents.");
        predict.Read(context, prediction, model, variant);
    }

    public async ValueTask CompleteAsync(HttpContext context, Prediction prediction, ServedModel model, ActiveVariant variant)
    {
        var recipe = variant.Recipe;
        if ((await explainer.ColumnsAsync(context.Actor(), recipe.Model, recipe.Version, prediction.Cancel)).Failed(out var refused, out var columns))
            throw new RefusedException(refused.HttpStatus, refused.Message);
        if (BatchColumns.Plan(model.Declaration, new() { Features = columns }).Failed(out refused, out var plan))
            throw new RefusedException(StatusCodes.Status409Conflict, $"The model cannot be explained: {refused.Message}");
        var version = new ScoredVersion(recipe, model, plan);
        var explained = await explainer.ExplainAsync(context.Actor(), version, version.Rows(prediction.Call), prediction.Cancel);
        if (explained.Failed(out refused, out var answer))
            throw new RefusedException(refused.HttpStatus, refused.Message);
        context.Items[typeof(V1Explain)] = answer;
    }

    public void Write(HttpContext context, Prediction prediction, ActiveDeployment deployment, ActiveVariant variant, string id)
    {
        prediction.Json.Reset(prediction.Answer);
        JsonSerializer.Serialize(prediction.Json, (InstanceExplanations)context.Items[typeof(V1Explain)]!, OrreryJson.TypeOf<InstanceExplanations>());
        prediction.Json.Flush();
        context.Response.ContentType = ContentTypes.Json;
    }
}
