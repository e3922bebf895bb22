using System.Text.Json.Nodes;
using Orrery.Contracts;
using Orrery.Registry;

namespace Orrery.Delivery;

/// <summary>Reads manifests of unknown origin.</summary>
internal static class YamlFiles
{
    /// <summary>The documents of a file; a file that cannot be read says why.</summary>
    public static ManifestFile Read(string path, string text)
    {
        var documents = new List<JsonNode?>();
        foreach (var part in ("\n" + text.ReplaceLineEndings("\n")).Split("\n---\n"))
        {
            if (string.IsNullOrWhiteSpace(part))
                continue;
            if (UntrustedYaml.Read(part).Failed(out var wrong, out var document))
                return new(path, [], wrong.Message);
            documents.Add(document);
        }

        return new(path, documents);
    }

    /// <summary>The one object of a text; null when it is none.</summary>
    public static JsonObject? ReadOne(string? text) => text is not null && Read("", text) is { Problem: null, Documents: [JsonObject one] } ? one : null;
}
