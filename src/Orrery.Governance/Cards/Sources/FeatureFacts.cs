using System.Globalization;
using System.Text.Json.Nodes;
using Orrery.Features;
using Orrery.Registry;

namespace Orrery.Governance;

/// <summary>The features of the feature store that the version was trained on.</summary>
internal sealed class FeatureFacts(VersionTraining training, TrainingUses uses) : ICardSource
{
    public async ValueTask FillAsync(CardDraft card, CancellationToken cancel)
    {
        var version = card.Version.Version.ToString(CultureInfo.InvariantCulture);
        if ((await training.SetsAsync(card.Actor, card.Version.Name, version, cancel)).Failed(out _, out var sets) || sets is not [var newest, ..])
            return;
        var used = await uses.FeaturesAsync(card.Actor, newest.Project, [newest.Id], cancel);
        if (!used.TryGetValue(newest.Id, out var features))
            return;
        var names = new JsonArray();
        foreach (var feature in features.Features)
            names.Add(JsonValue.Create($"{feature.View}:{feature.Feature}"));
        card.Set("training.features", CardValues.Of(new JsonObject
        {
            ["project"] = newest.Project,
            ["service"] = features.Service,
            ["training_set"] = newest.Id,
            ["rows"] = newest.Rows,
            ["features"] = names,
        }), $"training_set:{newest.Id}");
    }
}
