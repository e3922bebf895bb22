using System.Collections;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Orrery.Contracts;

/// <summary>
/// How the records of this assembly travel: snake_case names; unset fields and empty lists omitted (the answers of our own feature API write
/// them); whole numbers read from a
/// number or a string; not-a-number and the infinities as the strings <c>"NaN"</c>, <c>"Infinity"</c> and <c>"-Infinity"</c>;
/// unknown fields ignored.
/// </summary>
public static class OrreryJson
{
    /// <summary>Compact JSON, as on the wire. Read-only and safe for concurrent use.</summary>
    public static JsonSerializerOptions Options { get; } = Create(indented: false);

    /// <summary>The same, indented for people.</summary>
    public static JsonSerializerOptions Indented { get; } = Create(indented: true);

    /// <summary>Metadata of a record of this assembly, for the overloads that take one.</summary>
    /// <exception cref="NotSupportedException">The type is not one of this assembly's.</exception>
    public static JsonTypeInfo<T> TypeOf<T>() => (JsonTypeInfo<T>)Options.GetTypeInfo(typeof(T));

    /// <summary>Makes other options write these records the same way, for instance those of a web server.</summary>
    public static void Apply(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
        options.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
        options.NumberHandling = JsonNumberHandling.AllowReadingFromString | JsonNumberHandling.AllowNamedFloatingPointLiterals;
        options.TypeInfoResolverChain.Insert(0, OrreryJsonContext.Default.WithAddedModifier(OmitEmptyLists));
    }

    private static JsonSerializerOptions Create(bool indented)
    {
        var options = new JsonSerializerOptions { WriteIndented = indented };
        Apply(options);
        options.MakeReadOnly();
        return options;
    }

    // Protobuf's JSON has no empty lists, and MLflow's clients and tests expect none.
    private static void OmitEmptyLists(JsonTypeInfo type)
    {
        if (type.Kind is not JsonTypeInfoKind.Object || type.Type.IsDefined(typeof(WritesEmptyListsAttribute), inherit: false))
            return;
        foreach (var property in type.Properties)
        {
            if (property.PropertyType != typeof(string) && typeof(IEnumerable).IsAssignableFrom(property.PropertyType))
                property.ShouldSerialize = static (_, value) => value is IEnumerable list && !IsEmpty(list);
        }
    }

    private static bool IsEmpty(IEnumerable list)
    {
        if (list is ICollection collection)
            return collection.Count == 0;
        var items = list.GetEnumerator();
        using var owned = items as IDisposable;
        return !items.MoveNext();
    }
}
