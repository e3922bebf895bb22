using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Orrery.Contracts;

namespace Orrery.Features;

/// <summary>Single definitions as JSON: how they are stored, compared and hashed.</summary>
internal static class DefinitionJson
{
    /// <summary>Versions that a service is pinned to.</summary>
    public static JsonTypeInfo<IReadOnlyList<int>> Pins => DefinitionJsonContext.Default.IReadOnlyListInt32;

    /// <summary>What an apply changed.</summary>
    public static JsonTypeInfo<IReadOnlyList<FeatureChange>> Changes => DefinitionJsonContext.Default.IReadOnlyListFeatureChange;

    /// <summary>What the event of an apply tells.</summary>
    public static JsonTypeInfo<FeaturesApplied> Applied => DefinitionJsonContext.Default.FeaturesApplied;

    /// <summary>The canonical text of a definition: fields in the order of the contract, without what is unset; <c>{}</c> for one that is gone.</summary>
    public static string Write(object? document) => document is null ? "{}" : JsonSerializer.Serialize(document, OrreryJson.Options.GetTypeInfo(document.GetType()));

    /// <summary>Reads one.</summary>
    /// <exception cref="JsonException">It is none of that kind.</exception>
    public static object Read(DefinitionKind kind, string json) => JsonSerializer.Deserialize(json, OrreryJson.Options.GetTypeInfo(TypeOf(kind)))
        ?? throw new JsonException($"The {kind.Noun()} is null.");

    /// <summary>What a definition calls itself.</summary>
    public static string NameOf(object document) => document switch
    {
        EntityDocument one => one.Name,
        SourceDocument one => one.Name,
        FeatureViewDocument one => one.Name,
        OnDemandViewDocument one => one.Name,
        _ => ((FeatureServiceDocument)document).Name,
    };

    /// <summary>The record that defines a kind.</summary>
    public static Type TypeOf(DefinitionKind kind) => kind switch
    {
        DefinitionKind.Entity => typeof(EntityDocument),
        DefinitionKind.Source => typeof(SourceDocument),
        DefinitionKind.View => typeof(FeatureViewDocument),
        DefinitionKind.OnDemand => typeof(OnDemandViewDocument),
        _ => typeof(FeatureServiceDocument),
    };
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(IReadOnlyList<int>))]
[JsonSerializable(typeof(IReadOnlyList<FeatureChange>))]
[JsonSerializable(typeof(FeaturesApplied))]
[JsonSerializable(typeof(Dictionary<string, string>))]
internal sealed partial class DefinitionJsonContext : JsonSerializerContext;
