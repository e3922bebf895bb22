using System.Text.Json;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Serving;

/// <summary>Logged predictions with the labels that came for them.</summary>
internal sealed class LoggedPredictions(Db db, LogReading reading, ServingOptions options, TimeProvider time)
{
    /// <summary>One page, newest first: <c>serving.unknown_environment</c>, <c>serving.deployment_not_found</c>, <c>serving.invalid_limit</c>, <c>serving.invalid_time</c>, <c>serving.invalid_page_token</c>.</summary>
    public async ValueTask<Result<LoggedPredictionPage>> ListAsync(
        Actor actor, string environment, string name, long? from, long? to, int? limit, string? token, CancellationToken cancel)
    {
        if (!options.Environments.Contains(environment))
            return Failure.Invalid("serving.unknown_environment", $"There is no environment '{environment}'; there are {string.Join(", ", options.Environments)}.");
        if (SpecRules.NameProblem(name) is { } wrong)
            return wrong;
        if (Pages.LimitProblem(limit) is { } tooMany)
            return tooMany;
        var (first, last) = (from ?? 0, to ?? time.GetUtcNow().ToUnixTimeMilliseconds());
        if (first < 0 || last < first || last > DateTimeOffset.MaxValue.ToUnixTimeMilliseconds())
            return Failure.Invalid("serving.invalid_time", $"The times from {first} to {last} must be Unix milliseconds, the earlier one first.");
        LogCursor? after = null;
        if (!string.IsNullOrEmpty(token))
        {
            if (PageToken.Decode(token, 4) is not [long at, string id, long row, string variant])
                return Pages.NotOurs();
            after = new(at, id, (int)row, variant);
        }

        var key = new DeploymentKey(actor.Workspace, environment, name);
        if (await db.ReadAsync<Failure?>(async session => await DeploymentStore.FindAsync(session, key) is null ? await Deployments.NotFoundAsync(session, key) : null, cancel) is { } missing)
            return missing;
        var size = limit ?? Pages.DefaultLimit;
        var found = await reading.ReadAsync(key, new LogQuery(first, last, after), size + 1, cancel);
        var page = found.Count > size ? found[..size] : found;
        return new LoggedPredictionPage
        {
            Predictions = await LabelledAsync(actor.Workspace, page, cancel),
            NextPageToken = found.Count > size ? PageToken.Encode(page[^1].At, page[^1].PredictionId, (long)page[^1].Row, page[^1].Variant) : null,
        };
    }

    /// <summary>All rows of one prediction, those of shadows too: <c>serving.prediction_not_found</c>.</summary>
    public async ValueTask<Result<LoggedPredictionPage>> GetAsync(Actor actor, string id, CancellationToken cancel)
    {
        if (PredictionIds.Parse(id) is not { } parsed)
            return NotFound(id);
        var at = PredictionIds.Time(parsed).ToUnixTimeMilliseconds();
        var found = await reading.FindAsync(actor.Workspace, new LogQuery(at, at, Id: parsed.ToString("N")), cancel);
        if (found.Count == 0)
            return NotFound(id);
        return new LoggedPredictionPage { Predictions = await LabelledAsync(actor.Workspace, found, cancel) };
    }

    private static Failure NotFound(string id) => Failure.NotFound(
        "serving.prediction_not_found", $"No prediction '{(id.Length <= 64 ? id : id[..64] + "...")}' is in a log: it was not sampled, is older than the log keeps, or its file is not written yet.");

    private async ValueTask<IReadOnlyList<LoggedPrediction>> LabelledAsync(WorkspaceId workspace, List<LoggedPrediction> rows, CancellationToken cancel)
    {
        if (rows.Count == 0)
            return rows;
        var ids = rows.Select(static row => row.PredictionId).Distinct(StringComparer.Ordinal).ToList();
        var labels = await db.ReadAsync(session => LabelStore.FindAsync(session, workspace, ids), cancel);
        var byRow = labels.ToDictionary(static label => (label.PredictionId, label.Row));
        return [.. rows.Select(row => byRow.TryGetValue((row.PredictionId, row.Row), out var label)
            ? row with { Label = JsonElement.Parse(label.Label), LabelAt = label.At }
            : row)];
    }
}
