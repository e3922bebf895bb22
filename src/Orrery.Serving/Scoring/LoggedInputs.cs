using System.Text.Json;
using Orrery.Contracts;
using Orrery.Kernel;

namespace Orrery.Serving;

/// <summary>What was asked in predictions that were made, for modules above that look at them again. Whoever asks has checked that the caller may read logged predictions.</summary>
public sealed class LoggedInputs
{
    private const int MostPages = 5;
    private readonly LoggedPredictions _predictions;

    internal LoggedInputs(LoggedPredictions predictions) => _predictions = predictions;

    /// <summary>Inputs of the newest logged rows of a deployment, each by column or tensor; what shadows were asked is not among them.</summary>
    /// <returns><c>serving.unknown_environment</c>, <c>serving.deployment_not_found</c>.</returns>
    /// <param name="actor">Who may read logged predictions.</param>
    /// <param name="environment">Where.</param>
    /// <param name="deployment">Its name.</param>
    /// <param name="rows">Most of them, 1 to 1,000.</param>
    /// <param name="cancel">Breaks off.</param>
    public async ValueTask<Result<IReadOnlyList<JsonElement>>> NewestAsync(Actor actor, string environment, string deployment, int rows, CancellationToken cancel)
    {
        var found = new List<JsonElement>();
        string? token = null;
        for (var number = 0; number < MostPages; number++)
        {
            if ((await _predictions.ListAsync(actor, environment, deployment, null, null, rows, token, cancel)).Failed(out var refused, out var page))
                return refused;
            found.AddRange(page.Predictions.Where(static one => one is { Shadow: false, Inputs: not null }).Select(static one => one.Inputs!.Value).Take(rows - found.Count));
            token = page.NextPageToken;
            if (token is null || found.Count >= rows)
                break;
        }

        return found;
    }

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
