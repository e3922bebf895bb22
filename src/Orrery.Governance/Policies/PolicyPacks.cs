using System.Text.Json;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Registry;

namespace Orrery.Governance;

/// <summary>The policies that come with the platform, by name.</summary>
internal static class PolicyPacks
{
    private const string Prefix = "policy.pack.";

    public static readonly IReadOnlyDictionary<string, PolicyDocument> All = Read();

    /// <summary>A policy in YAML or JSON; <c>governance.invalid_policy</c>.</summary>
    public static Result<PolicyDocument> Parse(string text)
    {
        if (UntrustedYaml.Read(text).Failed(out var wrong, out var node))
            return wrong with { Code = Policies.InvalidPolicy };
        try
        {
            return node is null
                ? Failure.Invalid(Policies.InvalidPolicy, "The policy is empty.")
                : JsonSerializer.Deserialize(node, OrreryJson.TypeOf<PolicyDocument>())!;
        }
        catch (JsonException broken)
        {
            return Failure.Invalid(Policies.InvalidPolicy, $"The policy cannot be read at {broken.Path}: texts that look like numbers need quotes.");
        }
    }

    private static SortedDictionary<string, PolicyDocument> Read()
    {
        var packs = new SortedDictionary<string, PolicyDocument>(StringComparer.Ordinal);
        var assembly = typeof(PolicyPacks).Assembly;
        foreach (var name in assembly.GetManifestResourceNames().Where(static one => one.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            using var content = new StreamReader(assembly.GetManifestResourceStream(name)!);
            var pack = Parse(content.ReadToEnd());
            packs[pack.Value.Name] = pack.Value;
        }

        return packs;
    }
}
