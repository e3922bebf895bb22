using System.Text.Json;
using System.Text.Json.Nodes;
using Orrery.Contracts;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Orrery.Features;

/// <summary>Writes definitions as <c>features.yaml</c>, so that they are read again as they are.</summary>
internal static class DefinitionWriter
{
    private static readonly string[] Plain = ["null", "~", "true", "false", "yes", "no", "on", "off", "y", "n"];


    /// <summary>The YAML.</summary>
    public static string Yaml(FeatureProjectDocument document)
    {
        var writer = new StringWriter { NewLine = "\n" };
        var emitter = new Emitter(writer, new EmitterSettings().WithBestIndent(2).WithIndentedSequences().WithBestWidth(int.MaxValue));
        emitter.Emit(new StreamStart());
        emitter.Emit(new DocumentStart());
        Emit(emitter, JsonSerializer.SerializeToNode(document, OrreryJson.TypeOf<FeatureProjectDocument>()));
        emitter.Emit(new DocumentEnd(isImplicit: true));
        emitter.Emit(new StreamEnd());
        return writer.ToString();
    }

    private static void Emit(Emitter emitter, JsonNode? node)
    {
        switch (node)
        {
            case JsonObject mapping:
                emitter.Emit(new MappingStart(null, null, isImplicit: true, MappingStyle.Block));
                foreach (var (name, value) in mapping)
                {
                    emitter.Emit(Text(name));
                    Emit(emitter, value);
                }

                emitter.Emit(new MappingEnd());
                break;
            case JsonArray list:
                emitter.Emit(new SequenceStart(null, null, isImplicit: true, SequenceStyle.Block));
                foreach (var item in list)
                    Emit(emitter, item);
                emitter.Emit(new SequenceEnd());
                break;
            case JsonValue value when value.GetValueKind() is JsonValueKind.String:
                emitter.Emit(Text(value.GetValue<string>()));
                break;
            default:
                emitter.Emit(new Scalar(null, null, node?.ToJsonString() ?? "null", ScalarStyle.Plain, isPlainImplicit: true, isQuotedImplicit: false));
                break;
        }
    }

    // What a reader could take for something else than a text is quoted; so is what YAML cannot hold plainly.
    private static Scalar Text(string text)
    {
        var isPlain = text.Length > 0 && char.IsAsciiLetter(text[0]) && text.All(static c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.' or '/' or '<' or '>' or '@')
            && !Plain.Contains(text, StringComparer.OrdinalIgnoreCase);
        return new(null, null, text, isPlain ? ScalarStyle.Plain : ScalarStyle.DoubleQuoted, isPlain, isQuotedImplicit: true);
    }
}
