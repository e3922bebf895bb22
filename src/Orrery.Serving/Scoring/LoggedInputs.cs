using System.Text.Json;
using Orrery.Contracts;
using Orrery.Kernel;

namespace Orrery.Serving;

/// <summary>What was asked in predictions that were made, for modules above that look at them again. Whoever asks has checked that the caller may read logged predictions.</summary>
public sealed class LoggedInputs
{
    private readonly LoggedPredictions _predictions;

    internal LoggedInputs(LoggedPredictions predictions) => _predictions = predictions;

    /// <summary>The inputs of a prediction; <c>serving.prediction_not_found</c>, <c>serving.inputs_not_logged</c>.</summary>
    public async ValueTask<Result<LoggedInput>> FindAsync(Actor actor, string id, CancellationToken cancel)
    {
        if ((await _predictions.GetAsync(actor, id, cancel)).Failed(out var missing, out var found))
            return missing;
        List<LoggedPrediction> answered = [.. found.Predictions.Where(static row => !row.Shadow).OrderBy(static row => row.Row)];
        if (answered.Count == 0 || answered.Exists(static row => row.Inputs is not { ValueKind: JsonValueKind.Object }))
        {
            return Failure.Conflict(
                "serving.inputs_not_logged", $"The log has prediction {found.Predictions[0].PredictionId} without its inputs: its deployment keeps none (log.inputs is false).");
        }

        return new LoggedInput(answered[0].PredictionId, answered[0].Model, answered[0].Version, [.. answered.Select(static row => row.Inputs!.Value)]);
    }
}

/// <summary>What was asked in a prediction.</summary>
/// <param name="Id">As it is written everywhere.</param>
/// <param name="Model">Registered model that answered.</param>
/// <param name="Version">Its version.</param>
/// <param name="Rows">Objects by column or tensor; of features that were looked up, too.</param>
public sealed record LoggedInput(string Id, string Model, string Version, IReadOnlyList<JsonElement> Rows);
