using System.Globalization;
using System.Text.Json.Nodes;

namespace Orrery.Governance;

/// <summary>The newest explanation report of the version's files.</summary>
internal sealed class ExplanationFacts(Explanations explanations) : ICardSource
{
    private const string Succeeded = "succeeded";
    private const int Looked = 50;
    private const int MostFeatures = 20;
    private const int MostExamples = 5;

    public async ValueTask FillAsync(CardDraft card, CancellationToken cancel)
    {
        var version = card.Version.Version.ToString(CultureInfo.InvariantCulture);
        if ((await explanations.ListAsync(card.Actor, card.Version.Name, version, Succeeded, Looked, null, cancel)).Failed(out _, out var page))
            return;
        foreach (var listed in page.Explanations)
        {
            if ((await explanations.GetAsync(card.Actor, listed.Id, withRows: false, cancel)).Failed(out _, out var report)
                || report.Result is not { } result || result.ModelSha256 != card.Package?.Sha256)
                continue;
            var source = $"explanation:{report.Id}";
            card.Set("explanations.importance", CardValues.Of(new JsonArray([.. result.Importance.Take(MostFeatures).Select(static one => (JsonNode)new JsonObject
            {
                ["name"] = one.Feature, ["value"] = one.MeanAbs, ["mean"] = one.Mean,
            })])), source);
            card.Set("explanations.examples", CardValues.Of(new JsonArray([.. result.Examples.Take(MostExamples).Select(static one => (JsonNode)new JsonObject
            {
                ["kind"] = one.Kind,
                ["row"] = one.Row,
                ["prediction"] = one.Explanation.Prediction,
                ["base_value"] = one.Explanation.BaseValue,
                ["most"] = string.Join(", ", one.Explanation.Values.OrderByDescending(static value => Math.Abs(value.Value)).Take(MostExamples)
                    .Select(static value => string.Create(CultureInfo.InvariantCulture, $"{value.Key} {value.Value:+0.###;-0.###}"))),
            })])), source);
            return;
        }
    }
}
