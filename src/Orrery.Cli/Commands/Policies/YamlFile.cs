using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary>Files in YAML or JSON, as JSON.</summary>
internal static class YamlFile
{
    /// <summary>Reads a file's text.</summary>
    public static FileNode Read(string text) => text.AsSpan().TrimStart() is ['{', ..] ? FileNode.OfJson(text) : FileNode.OfYaml(text);

    /// <summary>The file as a record of the wire.</summary>
    /// <exception cref="UsageException">It is none; the message says where.</exception>
    public static async Task<T> ReadAsync<T>(string path, CancellationToken cancel)
    {
        try
        {
            return Json(Read(await File.ReadAllTextAsync(Verb.Existing(path), cancel))).Deserialize(OrreryJson.TypeOf<T>()) ?? throw new UsageException($"{path} is empty.");
        }
        catch (JsonException broken)
        {
            throw new UsageException($"{path} cannot be read at {broken.Path}; texts that look like numbers need quotes.");
        }
    }

    private static JsonNode? Json(FileNode node) =>
        node.Fields is { } fields ? new JsonObject(fields.Select(static field => KeyValuePair.Create(field.Key, Json(field.Value))))
        : node.Items is { } items ? new JsonArray([.. items.Select(Json)])
        : node.IsNull ? null
        : node.IsQuoted ? JsonValue.Create(node.Text!)
        : node.Text switch
        {
            "true" or "True" or "TRUE" => JsonValue.Create(true),
            "false" or "False" or "FALSE" => JsonValue.Create(false),
            { } text when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) && !char.IsLetter(text[0]) => JsonValue.Create(number),
            { } text => JsonValue.Create(text),
            null => null,
        };
}
