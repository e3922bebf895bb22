using System.Text.Encodings.Web;
using System.Text.Json;
using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary>JSON of the wire's records and of the command line's own.</summary>
internal static class CliJson
{
    /// <summary>One line, in which text of any language stays readable.</summary>
    public static JsonSerializerOptions Options { get; } = Create();

    private static JsonSerializerOptions Create()
    {
        var options = new JsonSerializerOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        OrreryJson.Apply(options);
        options.TypeInfoResolverChain.Add(CliJsonContext.Default);
        options.MakeReadOnly();
        return options;
    }
}
