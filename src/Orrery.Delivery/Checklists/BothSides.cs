using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Serving;

namespace Orrery.Delivery;

/// <summary>Asks the old endpoint and the new version for one row each.</summary>
internal sealed class BothSides(EndpointAnswers endpoints, VersionAnswers versions)
{
    private const string NoPrediction = "delivery.no_prediction";

    /// <summary>What the old endpoint predicts; what <see cref="EndpointAnswers.AskAsync"/> refuses, <c>delivery.no_prediction</c>.</summary>
    public async ValueTask<Result<(JsonNode? Prediction, TimeSpan Elapsed)>> OldAsync(RemoteSpec endpoint, string model, string instance, string? output, CancellationToken cancel) =>
        (await endpoints.AskAsync(endpoint, model, Request(instance), cancel)).Failed(out var refused, out var told) ? refused : Read(told.Answer, told.Elapsed, output);

    /// <summary>What the new version predicts; what <see cref="VersionAnswers.AskAsync"/> refuses, <c>delivery.no_prediction</c>.</summary>
    public async ValueTask<Result<(JsonNode? Prediction, TimeSpan Elapsed)>> NewAsync(Actor actor, string model, string version, string instance, string? output, CancellationToken cancel) =>
        (await versions.AskAsync(actor, model, version, Request(instance), output, cancel)).Failed(out var refused, out var told) ? refused : Read(told.Answer, told.Elapsed, output);

    /// <summary>The prediction of a V1 answer for one row: of a list its one entry, of columns the first value of each.</summary>
    internal static Result<(JsonNode? Prediction, TimeSpan Elapsed)> Read(byte[] answer, TimeSpan elapsed, string? output)
    {
        try
        {
            var one = (JsonNode.Parse(answer, documentOptions: new JsonDocumentOptions { MaxDepth = 40, AllowDuplicateProperties = false }) as JsonObject)?["predictions"] switch
            {
                JsonArray { Count: 1 } list => list[0]?.DeepClone(),
                JsonObject columns when columns.All(static column => column.Value is JsonArray { Count: 1 }) =>
                    new JsonObject(columns.Select(static column => KeyValuePair.Create(column.Key, column.Value![0]?.DeepClone()))),
                _ => null,
            };
            if (one is null)
                return Failure.Conflict(NoPrediction, "The answer has no 'predictions' with one entry for the one row that was asked.");
            return output is not null && one is JsonObject named && named.TryGetPropertyValue(output, out var wanted) ? (wanted?.DeepClone(), elapsed) : (one, elapsed);
        }
        catch (JsonException)
        {
            return Failure.Conflict(NoPrediction, "The answer is no JSON.");
        }
    }

    private static byte[] Request(string instance) => Encoding.UTF8.GetBytes($"{{\"instances\":[{instance}]}}");
}
