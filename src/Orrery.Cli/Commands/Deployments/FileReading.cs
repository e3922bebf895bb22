using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary>Reads a file's values as the contracts have them, and collects all that is wrong.</summary>
internal sealed class FileReading
{
    private readonly List<string> _faults = [];

    public IReadOnlyList<string> Faults => _faults;

    /// <summary>The value as JSON of the type.</summary>
    /// <param name="node">As it was written.</param>
    /// <param name="type">What it shall be.</param>
    /// <param name="path">Where it stands.</param>
    /// <param name="besides">Keys that somebody else reads.</param>
    public JsonNode? Read(FileNode node, JsonTypeInfo type, string path, params string[] besides)
    {
        if (node.IsNull)
            return null;
        return type.Kind switch
        {
            JsonTypeInfoKind.Object when node.Fields is { } fields => Mapping(fields, type, path, besides),
            JsonTypeInfoKind.Enumerable when node.Items is { } items => List(items, OrreryJson.Options.GetTypeInfo(type.ElementType!), path),
            JsonTypeInfoKind.Dictionary when node.Fields is { } fields => Dictionary(fields, OrreryJson.Options.GetTypeInfo(type.ElementType!), path),
            JsonTypeInfoKind.None when node.Text is { } text => Value(text, node, type, path),
            _ => Fault(node, path, $"must be {Wanted(type)}"),
        };
    }

    private JsonObject Mapping(IReadOnlyList<KeyValuePair<string, FileNode>> fields, JsonTypeInfo type, string path, string[] besides)
    {
        var mapping = new JsonObject();
        foreach (var (key, value) in fields)
        {
            if (besides.Contains(key))
                continue;
            var at = path.Length == 0 ? key : $"{path}.{key}";
            if (type.Properties.FirstOrDefault(property => property.Name == key) is { } known)
                mapping[key] = Read(value, OrreryJson.Options.GetTypeInfo(known.PropertyType), at);
            else
                Fault(value, at, $"is unknown; there {Known([.. besides, .. type.Properties.Select(static property => property.Name)], key)}");
        }

        return mapping;
    }

    private JsonArray List(IReadOnlyList<FileNode> items, JsonTypeInfo type, string path) =>
        [.. items.Select((item, index) => Read(item, type, $"{path}[{index.ToString(CultureInfo.InvariantCulture)}]") ?? (item.IsNull ? Fault(item, path, "has an empty item") : null))];

    private JsonObject Dictionary(IReadOnlyList<KeyValuePair<string, FileNode>> fields, JsonTypeInfo type, string path) =>
        new(fields.Select(field => KeyValuePair.Create(field.Key, Read(field.Value, type, $"{path}.{field.Key}"))));

    private JsonNode? Value(string text, FileNode node, JsonTypeInfo type, string path)
    {
        var target = Nullable.GetUnderlyingType(type.Type) ?? type.Type;
        if (target == typeof(string) || target.IsEnum)
            return JsonValue.Create(text);
        if (!node.IsQuoted)
        {
            if (target == typeof(bool) && bool.TryParse(text, out var flag))
                return JsonValue.Create(flag);
            if (target == typeof(double) && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number))
                return JsonValue.Create(number);
            if (target == typeof(int) && int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var small))
                return JsonValue.Create(small);
            if (target == typeof(long) && long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole))
                return JsonValue.Create(whole);
        }

        return Fault(node, path, $"is '{text}'; it must be {Wanted(type)}");
    }

    private JsonNode? Fault(FileNode node, string path, string message)
    {
        _faults.Add(node.Line == 0 ? $"{path} {message}" : string.Create(CultureInfo.InvariantCulture, $"{path} {message} (line {node.Line})"));
        return null;
    }

    private static string Known(IReadOnlyList<string> names, string given)
    {
        var near = names.MinBy(name => Distance(name, given))!;
        return Distance(near, given) <= 2 ? $"is '{near}'" : $"are {string.Join(", ", names.Order(StringComparer.Ordinal))}";
    }

    private static string Wanted(JsonTypeInfo type) => type.Kind switch
    {
        JsonTypeInfoKind.Enumerable => "a list",
        JsonTypeInfoKind.Object or JsonTypeInfoKind.Dictionary => "a mapping",
        _ => Type.GetTypeCode(Nullable.GetUnderlyingType(type.Type) ?? type.Type) switch
        {
            TypeCode.Boolean => "true or false",
            TypeCode.Int32 or TypeCode.Int64 => "a whole number",
            TypeCode.Double => "a number",
            _ => "a text",
        },
    };

    // Levenshtein's, of short words.
    private static int Distance(string left, string right)
    {
        var row = Enumerable.Range(0, right.Length + 1).ToArray();
        for (var i = 1; i <= left.Length; i++)
        {
            var corner = row[0]++;
            for (var j = 1; j <= right.Length; j++)
            {
                var change = corner + (left[i - 1] == right[j - 1] ? 0 : 1);
                corner = row[j];
                row[j] = Math.Min(change, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[^1];
    }
}
