using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Orrery.Registry;

namespace Orrery.Governance;

/// <summary>Reads the data that compliance is built with.</summary>
internal static class ComplianceData
{
    /// <summary>A resource of YAML; one that cannot be read is a bug of the build.</summary>
    public static T Read<T>(string resource, JsonTypeInfo<T> type)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(resource) ?? throw new InvalidOperationException($"There is no resource {resource}.");
        using var reader = new StreamReader(stream);
        if (UntrustedYaml.Read(reader.ReadToEnd()).Failed(out var wrong, out var node))
            throw new InvalidOperationException($"{resource}: {wrong.Message}");
        return node.Deserialize(type) ?? throw new InvalidOperationException($"{resource} is empty.");
    }
}
