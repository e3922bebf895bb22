using System.Text.Json.Nodes;
using Orrery.Features;
using Orrery.Tracking;

namespace Orrery.Governance;

/// <summary>What is known of the run that made the version: parameters, figures, code, environment, data.</summary>
internal sealed class RunFacts(Runs runs, Environments environments) : ICardSource
{
    private const int Most = 200;
    private const string Evaluated = "evaluation/";

    public async ValueTask FillAsync(CardDraft card, CancellationToken cancel)
    {
        if (card.Version.RunId is not { } id || await runs.DocumentAsync(card.Actor, id, cancel) is not { } run)
            return;
        var source = $"run:{id}";
        card.Set("training.run", CardValues.Of(new JsonObject { ["id"] = id, ["name"] = run.Info.Name, ["user"] = run.Info.User, ["status"] = run.Info.Status }), source);
        if (run.Info.StartedAt > 0)
            card.Set("training.started_at", CardValues.Time(run.Info.StartedAt), source);
        if (run.Info is { StartedAt: > 0, EndedAt: { } ended })
            card.Set("training.duration_seconds", CardValues.Of((ended - run.Info.StartedAt) / 1000d), source);
        card.Set("model_parameters.hyperparameters", CardValues.Pairs(run.Params.Take(Most).Select(static one => (one.Key, one.Value))), source);
        var metrics = new JsonObject();
        // What evaluations put on the run later stands in a section of its own.
        foreach (var metric in run.Metrics.Where(static one => double.IsFinite(one.Point.Value) && !one.Key.StartsWith(Evaluated, StringComparison.Ordinal)).Take(Most))
            metrics[metric.Key] = metric.Point.Value;
        card.Set("training.metrics", CardValues.Of(metrics), source);
        card.Set("training.code", CardValues.Pairs(run.Tags.Where(static tag => tag.Key.StartsWith("mlflow.source.", StringComparison.Ordinal)).Select(static tag => (tag.Key["mlflow.source.".Length..], tag.Value))), source);
        card.Set("training.datasets", CardValues.Of(Datasets(run)), source);
        await EnvironmentAsync(card, id, source, cancel);
    }

    private async ValueTask EnvironmentAsync(CardDraft card, string run, string source, CancellationToken cancel)
    {
        if ((await environments.GetAsync(card.Actor, run, cancel)).Failed(out _, out var found))
            return;
        card.Set("training.environment", CardValues.Of(new JsonObject
        {
            ["runtime"] = $"{found.Runtime} {found.RuntimeVersion}".Trim(),
            ["os"] = found.Os,
            ["architecture"] = found.Architecture,
            ["packages"] = found.Packages.Count,
        }), source);
        if (found.Git is { } git)
        {
            card.Set("training.code", CardValues.Of(new JsonObject
            {
                ["commit"] = git.Commit,
                ["dirty"] = git.Dirty,
                ["branch"] = git.Branch,
                ["repository"] = git.Repository,
            }), source);
        }
    }

    private static JsonArray Datasets(RunDocument run)
    {
        var sets = new JsonArray();
        foreach (var input in run.Inputs.Take(Most))
        {
            sets.Add((JsonNode)new JsonObject
            {
                ["name"] = input.Name,
                ["digest"] = input.Digest,
                ["type"] = input.SourceType == TrainingData.SourceType ? "training set of the feature store" : input.SourceType,
                ["context"] = input.Tags.FirstOrDefault(static tag => tag.Key == "mlflow.data.context").Value,
            });
        }

        return sets;
    }
}
