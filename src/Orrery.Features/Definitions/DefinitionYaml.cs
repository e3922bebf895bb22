using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Orrery.Contracts;
using Orrery.Kernel;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Orrery.Features;

/// <summary>
/// Reads <c>features.yaml</c> of unknown origin. Anchors, aliases and tags are refused, and with them what makes YAML explode or make
/// objects; size, depth and number of values are bounded; a key stands once and is known.
/// </summary>
internal static class DefinitionYaml
{
    /// <summary>Longest document, in characters.</summary>
    public const int MaxLength = 5 << 20;

    /// <summary>The definitions; <c>features.yaml_invalid</c> says what is wrong in which line.</summary>
    public static Result<DefinitionText> Read(string text)
    {
        if (text.Length > MaxLength)
            return Invalid($"it has {text.Length.ToString(CultureInfo.InvariantCulture)} characters, more than {MaxLength.ToString(CultureInfo.InvariantCulture)}");
        try
        {
            var parser = new Parser(new Scanner(new StringReader(text), skipComments: true));
            parser.Consume<StreamStart>();
            if (parser.Accept<StreamEnd>(out _))
                return Invalid("it is empty");
            parser.Consume<DocumentStart>();
            var reading = new YamlReading(parser);
            var root = reading.Node(OrreryJson.Options.GetTypeInfo(typeof(FeatureProjectDocument)), "", depth: 0);
            parser.Consume<DocumentEnd>();
            if (!parser.Accept<StreamEnd>(out _))
                return Invalid("it has several documents");
            return reading.Failure is { } failure ? failure : Document(root, reading.Lines);
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

    private static Result<DefinitionText> Document(JsonNode? root, IReadOnlyDictionary<string, int> lines)
    {
        if (root is not JsonObject)
            return Invalid("it holds no definitions; begin with 'project: NAME'");
        try
        {
            return new DefinitionText(root.Deserialize(OrreryJson.TypeOf<FeatureProjectDocument>())!, lines);
        }
        catch (JsonException e)
        {
            return Invalid(e.Message);
        }
    }

    private static Failure Invalid(string why) => Failure.Invalid("features.yaml_invalid", $"The YAML cannot be read: {why.TrimEnd('.')}.");
}
