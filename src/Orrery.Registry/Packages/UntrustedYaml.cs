using System.Globalization;
using System.Text.Json.Nodes;
using Orrery.Kernel;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Orrery.Registry;

/// <summary>
/// Reads YAML of unknown origin into JSON. Aliases, anchors and tags are refused, and with them what makes YAML explode or
/// make objects; depth and size are bounded; a key stands once.
/// </summary>
public static class UntrustedYaml
{
    /// <summary>Longest document, in characters.</summary>
    public const int MaxLength = 1 << 20;

    private const int MaxDepth = 32;
    private const int MaxNodes = 50_000;

    /// <summary>The document; <c>registry.invalid_yaml</c> says where it is wrong.</summary>
    public static Result<JsonNode?> Read(string text)
    {
        if (text.Length > MaxLength)
            return Invalid($"it has {text.Length.ToString(CultureInfo.InvariantCulture)} characters, more than {MaxLength.ToString(CultureInfo.InvariantCulture)}");
        try
        {
            var parser = new Parser(new Scanner(new StringReader(text), skipComments: true));
            parser.Consume<StreamStart>();
            if (parser.Accept<StreamEnd>(out _))
                return (JsonNode?)null;
            parser.Consume<DocumentStart>();
            var root = new Reading(parser).Node(depth: 0);
            parser.Consume<DocumentEnd>();
            return parser.Accept<StreamEnd>(out _) ? root : Invalid("it has several documents");
        }
        catch (YamlException e)
        {
            return Invalid($"line {e.Start.Line.ToString(CultureInfo.InvariantCulture)}: {e.Message}");
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or FormatException or OverflowException or IndexOutOfRangeException)
        {
            // The scanner lets these out for some texts that are no YAML.
            return Invalid("it is no YAML");
        }
    }

    private static Failure Invalid(string why) => Failure.Invalid("registry.invalid_yaml", $"The YAML cannot be read: {RegistryText.Clip(why)}.");

    private sealed class Reading(Parser parser)
    {
        private int _nodes;

        public JsonNode? Node(int depth)
        {
            var start = parser.Current!.Start;
            if (depth > MaxDepth)
                throw new YamlException(start, start, $"it is nested deeper than {MaxDepth}");
            if (++_nodes > MaxNodes)
                throw new YamlException(start, start, $"it has more than {MaxNodes} values");
            if (parser.Accept<AnchorAlias>(out _) || (parser.Current is NodeEvent { Anchor.IsEmpty: false }))
                throw new YamlException(start, start, "anchors and aliases are not taken");
            if (parser.Current is NodeEvent { Tag.IsEmpty: false })
                throw new YamlException(start, start, "tags are not taken");
            return parser.Current switch
            {
                YamlDotNet.Core.Events.Scalar => Scalar(parser.Consume<YamlDotNet.Core.Events.Scalar>()),
                SequenceStart => Sequence(depth),
                MappingStart => Mapping(depth),
                _ => throw new YamlException(start, start, "a value was expected"),
            };
        }

        private JsonArray Sequence(int depth)
        {
            parser.Consume<SequenceStart>();
            var array = new JsonArray();
            while (!parser.TryConsume<SequenceEnd>(out _))
                array.Add(Node(depth + 1));
            return array;
        }

        private JsonObject Mapping(int depth)
        {
            parser.Consume<MappingStart>();
            var mapping = new JsonObject();
            while (!parser.TryConsume<MappingEnd>(out _))
            {
                var start = parser.Current!.Start;
                if (Node(depth + 1) is not JsonValue key || !mapping.TryAdd(key.ToString(), null))
                    throw new YamlException(start, start, "a key is no plain value, or stands twice");
                mapping[key.ToString()] = Node(depth + 1);
            }

            return mapping;
        }

        /// <summary>YAML 1.2's core schema: what is not quoted may be a number, a truth value or nothing.</summary>
        private static JsonValue? Scalar(YamlDotNet.Core.Events.Scalar scalar)
        {
            var text = scalar.Value;
            if (scalar.Style is not (ScalarStyle.Plain or ScalarStyle.Any))
                return JsonValue.Create(text);
            if (text is "" or "~" or "null" or "Null" or "NULL")
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
}
