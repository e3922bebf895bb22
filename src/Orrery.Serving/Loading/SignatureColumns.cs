using System.Text.Json.Nodes;
using Orrery.Registry;

namespace Orrery.Serving;

/// <summary>Reads a signature's columns.</summary>
internal static class SignatureColumns
{
    /// <summary>Names of the columns in their order; empty when the signature is of tensors, or there is none.</summary>
    public static IReadOnlyList<string> Names(PackageDocument document)
    {
        if (document.Inputs is not JsonArray inputs)
            return [];
        var names = new List<string>(inputs.Count);
        foreach (var input in inputs)
        {
            if (input is not JsonObject column || column["name"] is not JsonValue value || !value.TryGetValue<string>(out var name) || column.ContainsKey("tensor-spec"))
                return [];
            names.Add(name);
        }

        return names;
    }
}
