using System.Globalization;
using System.Text.Json;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Orrery.Cli;

/// <summary>One value of a file, as it was written.</summary>
/// <param name="Line">Where; 0 when nobody knows.</param>
/// <param name="Text">Of a plain value; null for lists and mappings, and for nothing.</param>
/// <param name="IsQuoted">Whether the text is surely text.</param>
/// <param name="Items">Of a list.</param>
/// <param name="Fields">Of a mapping.</param>
internal sealed record FileNode(
    long Line, string? Text = null, bool IsQuoted = false, IReadOnlyList<FileNode>? Items = null, IReadOnlyList<KeyValuePair<string, FileNode>>? Fields = null)
{
    private const int MaxDepth = 16;

    /// <summary>Whether it is nothing at all.</summary>
    public bool IsNull => Items is null && Fields is null && (Text is null || (!IsQuoted && Text is "" or "~" or "null" or "Null" or "NULL"));

    /// <summary>Reads JSON.</summary>
    public static FileNode OfJson(string text)
    {
        try
        {
            using var json = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = MaxDepth, AllowDuplicateProperties = false });
            return Of(json.RootElement);
        }
        catch (JsonException broken)
        {
            throw new UsageException($"The file is no JSON: {broken.Message}");
        }
    }

    /// <summary>Reads YAML; anchors, aliases and tags are refused.</summary>
    public static FileNode OfYaml(string text)
    {
        try
        {
            var parser = new Parser(new Scanner(new StringReader(text), skipComments: true));
            parser.Consume<StreamStart>();
            if (parser.Accept<StreamEnd>(out _))
                throw new UsageException("The file is empty.");
            parser.Consume<DocumentStart>();
            var root = Of(parser, 0);
            parser.Consume<DocumentEnd>();
            return parser.Accept<StreamEnd>(out _) ? root : throw new UsageException("The file has several documents; a deployment is one.");
        }
        catch (YamlException broken)
        {
            throw new UsageException(string.Create(CultureInfo.InvariantCulture, $"The file is no YAML: line {broken.Start.Line}: {broken.Message}"));
        }
        catch (Exception broken) when (broken is InvalidOperationException or ArgumentException or FormatException or OverflowException or IndexOutOfRangeException)
        {
            // The scanner lets these out for some texts that are no YAML.
            throw new UsageException("The file is no YAML.");
        }
    }

    private static FileNode Of(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object => new(0, Fields: [.. json.EnumerateObject().Select(static field => KeyValuePair.Create(field.Name, Of(field.Value)))]),
        JsonValueKind.Array => new(0, Items: [.. json.EnumerateArray().Select(Of)]),
        JsonValueKind.String => new(0, json.GetString(), IsQuoted: true),
        JsonValueKind.Null => new(0),
        _ => new(0, json.GetRawText()),
    };

    private static FileNode Of(Parser parser, int depth)
    {
        var start = parser.Current!.Start;
        if (parser.Current is AnchorAlias or NodeEvent { Anchor.IsEmpty: false } or NodeEvent { Tag.IsEmpty: false })
            throw new YamlException(start, start, "anchors, aliases and tags are not taken");
        if (depth > MaxDepth)
            throw new YamlException(start, start, $"it is nested deeper than {MaxDepth}");
        if (parser.TryConsume<Scalar>(out var scalar))
            return new(start.Line, scalar.Value, scalar.Style is not (ScalarStyle.Plain or ScalarStyle.Any));
        if (parser.TryConsume<SequenceStart>(out _))
        {
            var items = new List<FileNode>();
            while (!parser.TryConsume<SequenceEnd>(out _))
                items.Add(Of(parser, depth + 1));
            return new(start.Line, Items: items);
        }

        parser.Consume<MappingStart>();
        var fields = new List<KeyValuePair<string, FileNode>>();
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            var key = parser.Consume<Scalar>();
            if (fields.Exists(field => field.Key == key.Value))
                throw new YamlException(key.Start, key.Start, $"the key '{key.Value}' stands twice");
            fields.Add(KeyValuePair.Create(key.Value, Of(parser, depth + 1) with { Line = key.Start.Line }));
        }

        return new(start.Line, Fields: fields);
    }
}
