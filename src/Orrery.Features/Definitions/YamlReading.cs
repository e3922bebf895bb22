using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Orrery.Contracts;
using Orrery.Kernel;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Orrery.Features;

/// <summary>One reading of a YAML document against the type that it shall become: what the type has for a text stays the text that was written.</summary>
internal sealed class YamlReading(Parser parser)
{
    private const int MaxDepth = 24;
    private const int MaxNodes = 1_000_000;

    private readonly Dictionary<string, int> _lines = new(StringComparer.Ordinal);
    private readonly List<FieldFault> _faults = [];
    private int _nodes;

    /// <summary>Line of each value by its path.</summary>
    public IReadOnlyDictionary<string, int> Lines => _lines;

    /// <summary>What was wrong with keys and values; null for nothing.</summary>
    public Failure? Failure => _faults.Count == 0 ? null : Failure.Invalid(
        "features.yaml_invalid",
        $"The definitions cannot be read: {_faults[0].Field} {_faults[0].Message}." + (_faults.Count > 1 ? $" And {_faults.Count - 1} more." : "")) with
    {
        Faults = [.. _faults.Take(200)],
    };

    /// <summary>Reads the next value.</summary>
    /// <param name="type">What it shall become.</param>
    /// <param name="path">Where it stands.</param>
    /// <param name="depth">How deep.</param>
    public JsonNode? Node(JsonTypeInfo type, string path, int depth)
    {
        Guard(depth);
        var start = parser.Current!.Start;
        if (path.Length > 0)
            _lines[path] = (int)start.Line;
        if (parser.Current is not NodeEvent)
            throw new YamlException(start, start, "a value was expected");
        var isFree = type.Type == typeof(JsonElement) || type.Type == typeof(JsonElement?);
        if (parser.TryConsume<Scalar>(out var scalar))
            return isFree ? Free(scalar) : Read(scalar, type, path);
        var wanted = type.Kind;
        if (parser.Accept<SequenceStart>(out _))
        {
            if (isFree || wanted is JsonTypeInfoKind.Enumerable)
                return Sequence(type, path, depth);
            Skip(path, start, "is a list", type, depth);
            return null;
        }

        if (isFree || wanted is JsonTypeInfoKind.Object or JsonTypeInfoKind.Dictionary)
            return Mapping(type, path, depth);
        Skip(path, start, "is a mapping", type, depth);
        return null;
    }

    private JsonArray Sequence(JsonTypeInfo type, string path, int depth)
    {
        parser.Consume<SequenceStart>();
        var item = type.ElementType is { } element ? OrreryJson.Options.GetTypeInfo(element) : type;
        var array = new JsonArray();
        while (!parser.TryConsume<SequenceEnd>(out var _))
        {
            var (at, line) = ($"{path}[{array.Count.ToString(CultureInfo.InvariantCulture)}]", parser.Current!.Start);
            var value = Node(item, at, depth + 1);
            if (value is null && type.ElementType is not null && item.Type != typeof(JsonElement))
                Fault(at, line, "is empty");
            array.Add(value);
        }

        return array;
    }

    private JsonObject Mapping(JsonTypeInfo type, string path, int depth)
    {
        parser.Consume<MappingStart>();
        var mapping = new JsonObject();
        while (!parser.TryConsume<MappingEnd>(out var _))
        {
            Guard(depth + 1);
            var start = parser.Current!.Start;
            if (!parser.TryConsume<Scalar>(out var key))
                throw new YamlException(start, start, "a key is no plain text");
            if (!mapping.TryAdd(key.Value, null))
                throw new YamlException(start, start, $"the key '{DefinitionNames.Clip(key.Value)}' stands twice");
            var at = path.Length == 0 ? key.Value : $"{path}.{key.Value}";
            mapping[key.Value] = Node(TypeOf(type, key.Value, at, start), at, depth + 1);
        }

        return mapping;
    }

    private JsonTypeInfo TypeOf(JsonTypeInfo type, string key, string path, Mark start)
    {
        if (type.Kind is JsonTypeInfoKind.Dictionary)
            return OrreryJson.Options.GetTypeInfo(type.ElementType!);
        if (type.Kind is not JsonTypeInfoKind.Object)
            return type;
        foreach (var property in type.Properties)
        {
            if (property.Name == key)
                return OrreryJson.Options.GetTypeInfo(property.PropertyType);
        }

        Fault(DefinitionNames.Clip(path), start, DefinitionBody.Unknown(key, type));
        return OrreryJson.Options.GetTypeInfo(typeof(JsonElement));
    }

    private JsonValue? Read(Scalar scalar, JsonTypeInfo type, string path)
    {
        if (IsNull(scalar))
            return null;
        if (type.Type == typeof(string))
            return JsonValue.Create(scalar.Value);
        var value = Free(scalar);
        var target = Nullable.GetUnderlyingType(type.Type) ?? type.Type;
        var fits = (target == typeof(bool) && value?.GetValueKind() is JsonValueKind.True or JsonValueKind.False)
            || (target == typeof(int) && value?.GetValueKind() is JsonValueKind.Number && int.TryParse(scalar.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _))
            || (target == typeof(double) && value?.GetValueKind() is JsonValueKind.Number);
        if (fits)
            return value;
        Fault(path, scalar.Start, $"is '{DefinitionNames.Clip(scalar.Value)}'; it must be {Wanted(type)}");
        return null;
    }

    /// <summary>Leaves out a value of the wrong shape.</summary>
    private void Skip(string path, Mark start, string found, JsonTypeInfo type, int depth)
    {
        Fault(path.Length == 0 ? "the document" : path, start, $"{found}; it must be {Wanted(type)}");
        Node(OrreryJson.Options.GetTypeInfo(typeof(JsonElement)), path, depth);
    }

    private static string Wanted(JsonTypeInfo type) => type.Kind switch
    {
        JsonTypeInfoKind.Enumerable => "a list",
        JsonTypeInfoKind.Object or JsonTypeInfoKind.Dictionary => "a mapping",
        _ => (Nullable.GetUnderlyingType(type.Type) ?? type.Type) switch
        {
            var wanted when wanted == typeof(bool) => "true or false",
            var wanted when wanted == typeof(string) => "a text",
            var wanted when wanted == typeof(int) => "a whole number",
            _ => "a number",
        },
    };

    private void Guard(int depth)
    {
        var start = parser.Current!.Start;
        if (depth > MaxDepth)
            throw new YamlException(start, start, $"it is nested deeper than {MaxDepth}");
        if (++_nodes > MaxNodes)
            throw new YamlException(start, start, $"it has more than {MaxNodes} values");
        if (parser.Current is AnchorAlias or NodeEvent { Anchor.IsEmpty: false })
            throw new YamlException(start, start, "anchors and aliases are not taken");
        if (parser.Current is NodeEvent { Tag.IsEmpty: false })
            throw new YamlException(start, start, "tags are not taken");
    }

    private void Fault(string path, Mark start, string message) => _faults.Add(new(path, $"{message} (line {start.Line.ToString(CultureInfo.InvariantCulture)})"));

    private static bool IsNull(Scalar scalar) => scalar.Style is ScalarStyle.Plain or ScalarStyle.Any && scalar.Value is "" or "~" or "null" or "Null" or "NULL";

    /// <summary>YAML 1.2's core schema: what is not quoted may be a number, a truth value or nothing.</summary>
    private static JsonValue? Free(Scalar scalar)
    {
        var text = scalar.Value;
        if (scalar.Style is not (ScalarStyle.Plain or ScalarStyle.Any))
            return JsonValue.Create(text);
        if (IsNull(scalar))
            return null;
        if (text is "true" or "True" or "TRUE")
            return JsonValue.Create(true);
        if (text is "false" or "False" or "FALSE")
            return JsonValue.Create(false);
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) && whole.ToString(CultureInfo.InvariantCulture) == text)
            return JsonValue.Create(whole);
        return char.IsAsciiDigit(text[^1]) && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
            && text.AsSpan().ContainsAny('.', 'e', 'E')
                ? JsonValue.Create(number)
                : JsonValue.Create(text);
    }
}
