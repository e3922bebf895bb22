using System.Text.Json;
using Orrery.Contracts;
using Orrery.Kernel;

namespace Orrery.Delivery;

/// <summary>Reads the body of <c>POST /api/v1/models/deploy</c>: exactly its fields.</summary>
internal static class DeployBody
{
    /// <summary>Longest body, bytes.</summary>
    public const int MaxBytes = 64 << 10;

    private static readonly string[] Fields = ["model_name", "model_version", "target_stage", "replicas", "justification"];

    /// <summary>What is asked for; <c>delivery.invalid_request</c>.</summary>
    public static Result<DeployModel> Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var root = document.RootElement;
            if (root.ValueKind is not JsonValueKind.Object)
                return Invalid("The body must be a JSON object.");
            foreach (var field in root.EnumerateObject())
            {
                if (!Fields.Contains(field.Name))
                    return Invalid($"There is no field {(field.Name.Length > 100 ? field.Name[..100] : field.Name)}; there are {string.Join(", ", Fields)}.");
            }

            if (Text(root, "model_name") is not { Length: > 0 } model)
                return Invalid("model_name is missing; it must be the name of a registered model.");
            if ((Whole(root, "model_version") ?? Text(root, "model_version")) is not { Length: > 0 } version)
                return Invalid("model_version is missing; it must be the number of a version.");
            if (Text(root, "target_stage") is not { Length: > 0 } stage)
                return Invalid("target_stage is missing; it must be an environment, such as dev, staging or production.");
            if (root.TryGetProperty("replicas", out var replicas) && replicas.ValueKind is not (JsonValueKind.Null or JsonValueKind.Number))
                return Invalid("replicas must be a whole number, 0 to 100.");
            if (root.TryGetProperty("justification", out var why) && why.ValueKind is not (JsonValueKind.Null or JsonValueKind.String))
                return Invalid("justification must be a text.");
            int? instances = null;
            if (replicas.ValueKind is JsonValueKind.Number)
            {
                if (!replicas.TryGetInt32(out var number))
                    return Invalid("replicas must be a whole number, 0 to 100.");
                instances = number;
            }

            return new DeployModel { ModelName = model, ModelVersion = version, TargetStage = stage, Replicas = instances, Justification = why.ValueKind is JsonValueKind.String ? why.GetString() : null };
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException)
        {
            return Invalid("The body is no JSON.");
        }
    }

    private static string? Text(JsonElement root, string name) => root.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String ? value.GetString() : null;

    private static string? Whole(JsonElement root, string name) => root.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.Number && value.TryGetInt64(out var number)
        ? number.ToString(System.Globalization.CultureInfo.InvariantCulture)
        : null;

    private static Failure Invalid(string message) => Failure.Invalid("delivery.invalid_request", message);
}
