using System.Text.Json;
using System.Text.Json.Nodes;
using Orrery.Kernel;

namespace Orrery.Tracking;

/// <summary>The tag <c>mlflow.log-model.history</c>, in which 2.x clients record the models a run logged: a JSON list.</summary>
internal static class ModelHistory
{
    private static readonly string[] Mandatory = ["artifact_path", "flavors", "run_id", "utc_time_created"];

    /// <summary>Why this is not a model's description; null when it is.</summary>
    public static Failure? Check(string model)
    {
        try
        {
            if (JsonNode.Parse(model) is not JsonObject described)
                return Malformed(model);
            var missing = Mandatory.Where(field => !described.ContainsKey(field)).ToArray();
            return missing.Length == 0
                ? null
                : Failure.Invalid("tracking.invalid_model", $"Model json is missing mandatory fields: {{{string.Join(", ", missing.Select(m => $"'{m}'"))}}}");
        }
        catch (JsonException)
        {
            return Malformed(model);
        }
    }

    /// <summary>The history with one more model.</summary>
    public static string Append(string? history, string model)
    {
        var models = history is null ? [] : JsonNode.Parse(history) as JsonArray ?? [];
        models.Add(JsonNode.Parse(model));
        return models.ToJsonString();
    }

    private static Failure Malformed(string model) => Failure.Invalid("tracking.invalid_model",
        $"Malformed model info. \n {(model.Length > 500 ? model[..500] + "..." : model)} \n is not a valid JSON.");
}
