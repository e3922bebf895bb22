using System.Text.Json;
using System.Text.Json.Nodes;

namespace Orrery.Governance;

/// <summary>What the registry knows of the version and of its package.</summary>
internal sealed class VersionFacts : ICardSource
{
    public ValueTask FillAsync(CardDraft card, CancellationToken cancel)
    {
        var version = card.Version;
        var source = $"model_version:{version.Name}/{version.Version}";
        card.Set("model_details.name", CardValues.Of(version.Name), source);
        card.Set("model_details.version", CardValues.Of(version.Version), source);
        card.Set("model_details.stage", CardValues.Of(version.Stage), source);
        card.Set("model_details.aliases", CardValues.Of(version.Aliases), source);
        card.Set("model_details.registered_by", CardValues.Of(version.CreatedBy), source);
        card.Set("model_details.registered_at", CardValues.Time(version.CreatedAt), source);
        card.Set("risk.tier", CardValues.Of(CardTiers.Name(card.Tier)), card.HasTier ? $"tag:{CardTiers.Tag}" : "default: nobody has set the tag " + CardTiers.Tag);
        if (card.Package is { } package)
        {
            var files = $"package:{package.Sha256 ?? package.State}";
            card.Set("model_details.sha256", CardValues.Of(package.Sha256), files);
            card.Set("model_details.size_bytes", CardValues.Of(package.Size), files);
            card.Set("model_details.library", Library(package.Document.Flavors), files);
            card.Set("model_parameters.inputs", CardValues.Of(package.Document.Inputs), files);
            card.Set("model_parameters.outputs", CardValues.Of(package.Document.Outputs), files);
            card.Set("model_parameters.requirements", CardValues.Of(package.Document.Requirements), files);
        }

        return ValueTask.CompletedTask;
    }

    // Each flavor with its library's version, where it names one: sklearn has sklearn_version, onnx has onnx_version.
    private static JsonElement? Library(JsonObject? flavors)
    {
        var libraries = new JsonObject();
        foreach (var (name, settings) in flavors ?? [])
        {
            var version = (settings as JsonObject)?.FirstOrDefault(setting => setting.Key == name + "_version" || setting.Key is "python_version").Value;
            libraries[name] = version is JsonValue text ? text.ToString() : "";
        }

        return CardValues.Of(libraries);
    }
}
