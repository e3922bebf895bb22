using System.Text.Json.Nodes;
using Orrery.Contracts;

namespace Orrery.Governance;

/// <summary>The packages that a model needs as a CycloneDX 1.5 document.</summary>
internal static class Sbom
{
    public static string Write(ScanReport report)
    {
        var components = new JsonArray();
        foreach (var one in report.Dependencies)
        {
            var component = new JsonObject { ["type"] = "library", ["name"] = one.Name, ["bom-ref"] = Reference(one) };
            if (one.Version is { } version)
            {
                component["version"] = version;
                component["purl"] = Reference(one);
            }

            component["properties"] = new JsonArray(Property("orrery:specifier", one.Specifier), Property("orrery:source", one.Source));
            components.Add(component);
        }

        return new JsonObject
        {
            ["bomFormat"] = "CycloneDX",
            ["specVersion"] = "1.5",
            ["serialNumber"] = $"urn:uuid:{Guid.ParseExact(report.Id, "N")}",
            ["version"] = 1,
            ["metadata"] = new JsonObject
            {
                ["timestamp"] = DateTimeOffset.FromUnixTimeMilliseconds(report.CreatedAt).ToString("O", System.Globalization.CultureInfo.InvariantCulture),
                ["component"] = new JsonObject
                {
                    ["type"] = "machine-learning-model",
                    ["name"] = report.Model,
                    ["version"] = report.Version,
                    ["hashes"] = new JsonArray(new JsonObject { ["alg"] = "SHA-256", ["content"] = report.Sha256 }),
                },
            },
            ["components"] = components,
            ["vulnerabilities"] = new JsonArray([.. report.Findings.Where(static one => one.Reference is not null).Select(static one => (JsonNode)new JsonObject
            {
                ["id"] = one.Reference,
                ["ratings"] = new JsonArray(new JsonObject { ["severity"] = one.Severity }),
                ["description"] = one.Message,
            })]),
        }.ToJsonString();
    }

    private static string Reference(ScanDependency one) =>
        $"pkg:{one.Ecosystem}/{one.Name}{(one.Version is { } version ? "@" + Uri.EscapeDataString(version) : "")}";

    private static JsonObject Property(string name, string value) => new() { ["name"] = name, ["value"] = value };
}
