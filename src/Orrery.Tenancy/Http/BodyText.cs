using System.Collections;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Orrery.Tenancy;

/// <summary>What no body of the native API may hold, wherever it stands: U+0000 in a text, which PostgreSQL cannot keep, and a null in a list.</summary>
internal static class BodyText
{
    /// <summary>Refuses it with a <see cref="JsonException"/> while a body is read.</summary>
    public static void Check(JsonSerializerOptions options) => options.TypeInfoResolver = options.TypeInfoResolver?.WithAddedModifier(Check);

    private static void Check(JsonTypeInfo type)
    {
        if (type.Kind is not JsonTypeInfoKind.Object)
            return;
        // Once for each type: what may hold such a thing at all.
        var suspects = type.Properties
            .Where(static property => property.Get is not null && typeof(IEnumerable).IsAssignableFrom(property.PropertyType))
            .Select(static property => (property.Name, Get: property.Get!))
            .ToArray();
        if (suspects.Length == 0)
            return;
        var before = type.OnDeserialized;
        type.OnDeserialized = read =>
        {
            before?.Invoke(read);
            foreach (var (name, get) in suspects)
                Check(name, get(read));
        };
    }

    private static void Check(string name, object? value)
    {
        if (value is string text)
        {
            if (text.Contains('\0', StringComparison.Ordinal))
                throw new JsonException($"The field '{name}' has the character U+0000, which no text may have.");
        }
        else if (value is IDictionary pairs)
        {
            foreach (DictionaryEntry pair in pairs)
            {
                Check(name, pair.Key);
                Check(name, pair.Value);
            }
        }
        else if (value is IEnumerable items and not IEnumerable<double> and not IEnumerable<long>)
        {
            foreach (var item in items)
                Check(name, item ?? throw new JsonException($"The list '{name}' has a null in it."));
        }
    }
}
