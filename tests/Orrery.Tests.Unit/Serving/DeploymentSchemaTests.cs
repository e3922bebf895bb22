using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Orrery.Cli;
using Orrery.Contracts;
using Orrery.Serving;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Unit;

/// <summary>The published schema of a deployment's file says what the contracts do.</summary>
public sealed class DeploymentSchemaTests
{
    private static readonly JsonNode Schema = JsonNode.Parse(DeploymentSchema.Bytes.Span)!;

    [Fact]
    public void The_schema_that_is_served_is_the_one_in_the_documentation() =>
        Assert.Equal(File.ReadAllBytes(Repository.PathOf("docs", "api", "deployment.schema.json")), DeploymentSchema.Bytes.ToArray());

    [Fact]
    public void Every_property_of_the_contracts_is_in_the_schema_and_no_other()
    {
        var seen = new HashSet<Type>();
        Check(typeof(DeploymentSpec), Schema, seen, DeploymentFile.NameKey, DeploymentFile.EnvironmentKey);

        Assert.Superset(new HashSet<Type> { typeof(DeploymentSpec), typeof(VariantSpec), typeof(StickySpec), typeof(ServingLimits) }, seen);
    }

    private static void Check(Type type, JsonNode schema, HashSet<Type> seen, params string[] besides)
    {
        if (!seen.Add(type))
            return;
        var properties = schema["properties"]!.AsObject();
        var contract = OrreryJson.Options.GetTypeInfo(type);
        Assert.Equal(
            contract.Properties.Select(static property => property.Name).Concat(besides).Order(StringComparer.Ordinal), properties.Select(static property => property.Key).Order(StringComparer.Ordinal));
        Assert.False((bool)schema["additionalProperties"]!);
        Assert.All(properties, property => Assert.False(string.IsNullOrWhiteSpace((string?)property.Value!["description"]), $"{type.Name}.{property.Key} has no description."));
        foreach (var property in contract.Properties)
        {
            var info = OrreryJson.Options.GetTypeInfo(property.PropertyType);
            var item = info.Kind is JsonTypeInfoKind.Enumerable ? OrreryJson.Options.GetTypeInfo(info.ElementType!) : info;
            var described = properties[property.Name]!;
            if (item.Kind is JsonTypeInfoKind.Object)
                Check(item.Type, Resolve(info.Kind is JsonTypeInfoKind.Enumerable ? described["items"]! : described), seen);
        }
    }

    private static JsonNode Resolve(JsonNode node) => Schema["$defs"]![((string)node["$ref"]!)["#/$defs/".Length..]]!;
}
