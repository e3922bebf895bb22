using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Orrery.Contracts;
using Orrery.Features;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Unit;

public sealed class DefinitionSchemaTests
{
    private static readonly JsonNode Schema = JsonNode.Parse(DefinitionSchema.Bytes.Span)!;

    [Fact]
    public void The_schema_that_is_served_is_the_one_in_the_documentation() =>
        Assert.Equal(File.ReadAllBytes(Path.Combine(Repository.Root, "docs", "api", "features.schema.json")), DefinitionSchema.Bytes.ToArray());

    [Fact]
    public void Every_property_of_the_contracts_is_in_the_schema_and_no_other()
    {
        var seen = new HashSet<Type>();
        Check(typeof(FeatureProjectDocument), Schema, seen);

        Assert.Equal(12, seen.Count);
    }

    private static void Check(Type type, JsonNode schema, HashSet<Type> seen)
    {
        if (!seen.Add(type))
            return;
        var properties = schema["properties"]!.AsObject();
        var contract = OrreryJson.Options.GetTypeInfo(type);
        Assert.Equal(contract.Properties.Select(property => property.Name).Order(StringComparer.Ordinal), properties.Select(property => property.Key).Order(StringComparer.Ordinal));
        Assert.False((bool)schema["additionalProperties"]!);
        foreach (var property in contract.Properties)
        {
            var described = properties[property.Name]!;
            Assert.False(string.IsNullOrWhiteSpace((string?)described["description"]), $"{type.Name}.{property.Name} has no description.");
            var info = OrreryJson.Options.GetTypeInfo(property.PropertyType);
            if (info.Kind is JsonTypeInfoKind.Enumerable)
            {
                Assert.Equal("array", (string?)described["type"]);
                if (OrreryJson.Options.GetTypeInfo(info.ElementType!).Kind is JsonTypeInfoKind.Object)
                    Check(info.ElementType!, Resolve(described["items"]!), seen);
            }
            else if (info.Kind is JsonTypeInfoKind.Object)
            {
                Check(property.PropertyType, Resolve(described), seen);
            }
        }
    }

    private static JsonNode Resolve(JsonNode node) => Schema["$defs"]![((string)node["$ref"]!)["#/$defs/".Length..]]!;
}
