using System.Globalization;
using System.Text.Json.Nodes;
using Orrery.Contracts;

namespace Orrery.Governance;

/// <summary>The newest evaluation of the version's files, and the fairness that it found.</summary>
internal sealed class EvaluationFacts(Evaluations evaluations) : ICardSource
{
    private const string Succeeded = "succeeded";
    private const int Looked = 50;
    private const int Most = 60;

    public async ValueTask FillAsync(CardDraft card, CancellationToken cancel)
    {
        var version = card.Version.Version.ToString(CultureInfo.InvariantCulture);
        if ((await evaluations.ListAsync(card.Actor, card.Version.Name, version, Looked, null, cancel)).Failed(out _, out var page)
            || page.Evaluations.FirstOrDefault(one => one.State == Succeeded && one.ModelSha256 == card.Package?.Sha256) is not { } newest
            || (await evaluations.GetAsync(card.Actor, newest.Id, cancel)).Failed(out _, out var evaluation)
            || evaluation.Result is not { } result)
            return;
        var source = $"evaluation:{evaluation.Id}";
        card.Set("evaluation.data", CardValues.Of(new JsonObject
        {
            ["rows"] = result.Rows,
            ["sources"] = string.Join(", ", result.Sources.Select(static one => one.Name)),
            ["sha256"] = evaluation.DataSha256,
            ["label"] = evaluation.Spec.Label,
            ["task"] = result.Task,
        }), source);
        card.Set("evaluation.performance", CardValues.Of(Rows(result.Metrics.Where(static one => one.Value is not null), Metric)), source);
        card.Set("evaluation.slices", CardValues.Of(Rows(result.Slices.SelectMany(Slice).Take(Most), static row => row)), source);
        card.Set("evaluation.comparison", CardValues.Of(Rows(result.Comparisons.SelectMany(Comparison).Take(Most), static row => row)), source);
        card.Set("evaluation.thresholds", Thresholds(result), source);
        Fairness(card, result, source);
    }

    private static void Fairness(CardDraft card, EvaluationResult result, string source)
    {
        if (result.Fairness.Count == 0)
            return;
        card.Set("fairness.attributes", CardValues.Of(result.Fairness.Select(static one => one.Attribute)), source);
        card.Set("fairness.metrics", CardValues.Of(Rows(
            result.Fairness.SelectMany(static report => report.Metrics.Where(static one => one.Value is not null).Select(one => (Report: report, Metric: one))).Take(Most),
            static one => new JsonObject
            {
                ["name"] = $"{one.Metric.Name} ({one.Report.Attribute})",
                ["value"] = one.Metric.Value,
                ["lower"] = one.Metric.Lower,
                ["upper"] = one.Metric.Upper,
            })), source);
        var undefined = result.Fairness.SelectMany(static report => report.Metrics.Where(static one => one.Undefined is not null).Select(one => $"{one.Name} ({report.Attribute}): {one.Undefined}")).Take(Most).ToList();
        card.Set("fairness.undefined", CardValues.Of(undefined.Count > 0 ? undefined : ["Every difference between groups could be told."]), source);
    }

    private static System.Text.Json.JsonElement? Thresholds(EvaluationResult result) => CardValues.Of(new JsonObject
    {
        ["threshold"] = result.Threshold,
        ["gates"] = result.Gates.Count == 0 ? null : Rows(result.Gates, static one => new JsonObject { ["gate"] = one.Gate, ["outcome"] = one.Outcome, ["value"] = one.Value, ["reason"] = one.Reason }),
    });

    private static IEnumerable<JsonObject> Slice(EvaluationSlice slice)
    {
        var name = $"{slice.Slice} = {slice.Value}";
        if (slice.Undefined is { } why)
            return [new JsonObject { ["slice"] = name, ["rows"] = slice.Rows, ["undefined"] = why }];
        return slice.Metrics.Where(static one => one.Value is not null && one.Name is "auc" or "roc_auc" or "accuracy" or "f1" or "rmse").Select(metric =>
        {
            var row = Metric(metric);
            row["name"] = $"{metric.Name}, {name}";
            row["slice"] = name;
            row["rows"] = slice.Rows;
            return row;
        });
    }

    private static IEnumerable<JsonObject> Comparison(EvaluationComparison comparison) => comparison.Metrics.Select(one => new JsonObject
    {
        ["against"] = $"{comparison.Against} {comparison.Version}".Trim(),
        ["metric"] = one.Name,
        ["this"] = one.Value,
        ["other"] = one.Other,
        ["difference"] = one.Difference,
        ["lower"] = one.Lower,
        ["upper"] = one.Upper,
        ["test"] = one.Test,
        ["p_adjusted"] = one.AdjustedPValue,
    });

    private static JsonObject Metric(EvaluationMetric metric) => new() { ["name"] = metric.Name, ["value"] = metric.Value, ["lower"] = metric.Lower, ["upper"] = metric.Upper };

    private static JsonArray Rows<T>(IEnumerable<T> items, Func<T, JsonObject> row) => new([.. items.Select(item => (JsonNode)row(item))]);
}
