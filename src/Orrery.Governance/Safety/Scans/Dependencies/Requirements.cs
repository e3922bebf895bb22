using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Orrery.Registry;

namespace Orrery.Governance;

/// <summary>Reads which packages a model needs: requirements.txt, conda.yaml, python_env.yaml.</summary>
internal static partial class Requirements
{
    private const int Most = 5000;

    /// <summary>Whether a file names dependencies.</summary>
    public static bool IsOne(string path) => path is "requirements.txt" or "conda.yaml" or "conda.yml" or "python_env.yaml";

    /// <summary>Those of a file; empty when it cannot be read.</summary>
    public static IReadOnlyList<Dependency> Read(string path, string text)
    {
        var lines = path == "requirements.txt" ? text.Split('\n') : UntrustedYaml.Read(text).Failed(out _, out var root) ? [] : Yaml(root);
        return [.. lines.Take(Most).Select(line => line.StartsWith("conda:", StringComparison.Ordinal) ? Conda(line[6..], path) : Pip(line, path)).OfType<Dependency>()];
    }

    /// <summary>PEP 503's normal form of a name.</summary>
    public static string Normal(string name) => Separators().Replace(name, "-").ToLowerInvariant();

    private static Dependency? Pip(string line, string path)
    {
        var plain = line.Split(" #", 2)[0].Split(';', 2)[0].Trim().Trim('\r');
        if (plain.Length == 0 || plain[0] is '#' or '-' || Requirement().Match(plain) is not { Success: true } parts)
            return null;
        var specifier = parts.Groups["spec"].Value.Trim();
        var only = Pinned().Match(specifier);
        return new(Normal(parts.Groups["name"].Value), only.Success ? only.Groups["version"].Value : null, specifier, path, IsPyPi: true);
    }

    private static Dependency? Conda(string line, string path)
    {
        var plain = line[(line.IndexOf("::", StringComparison.Ordinal) is var at and >= 0 ? at + 2 : 0)..].Trim();
        if (CondaRequirement().Match(plain) is not { Success: true } parts)
            return null;
        var version = parts.Groups["version"].Success ? parts.Groups["version"].Value : null;
        return new(parts.Groups["name"].Value.ToLowerInvariant(), version, plain[parts.Groups["name"].Length..].Trim(), path, IsPyPi: false);
    }

    private static IEnumerable<string> Yaml(JsonNode? root)
    {
        foreach (var key in (string[])["dependencies", "build_dependencies"])
        {
            foreach (var one in (root as JsonObject)?[key] as JsonArray ?? [])
            {
                if (one is JsonValue value)
                    yield return (key == "dependencies" && !value.ToString().StartsWith("-r", StringComparison.Ordinal) ? "conda:" : "") + value;
                foreach (var pip in (one as JsonObject)?["pip"] as JsonArray ?? [])
                    yield return pip?.ToString() ?? "";
            }
        }
    }

    [GeneratedRegex("[-_.]+")]
    private static partial Regex Separators();

    [GeneratedRegex(@"^(?<name>[A-Za-z0-9](?:[A-Za-z0-9._\-]*[A-Za-z0-9])?)\s*(?:\[[^\]]*\])?\s*(?<spec>\(?[<>=!~@].*)?$")]
    private static partial Regex Requirement();

    [GeneratedRegex(@"^===?\s*(?<version>[^,*\s]+)$")]
    private static partial Regex Pinned();

    [GeneratedRegex(@"^(?<name>[A-Za-z0-9_][A-Za-z0-9._\-]*)\s*(?:==?(?<version>[0-9][0-9A-Za-z.!+_]*)(?:=\S+)?)?(?:$|[\s<>=!~,].*$)")]
    private static partial Regex CondaRequirement();
}
