using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Orrery.Kernel;

namespace Orrery.Features;

/// <summary>The key of an entity that is to be erased, as one view declares it.</summary>
internal sealed class ErasureKey
{
    private readonly FeatureValue[] _values;

    private ErasureKey(FeatureView view, FeatureValue[] values, byte[] bytes)
    {
        View = view;
        _values = values;
        Bytes = bytes;
    }

    public FeatureView View { get; }

    /// <summary>By <see cref="EntityKeyCodec"/>.</summary>
    public byte[] Bytes { get; }

    /// <summary>Whether a view's key has exactly these columns.</summary>
    public static bool Fits(FeatureView view, IReadOnlyDictionary<string, string> entity) =>
        view.Keys.Count == entity.Count && view.Keys.All(key => entity.ContainsKey(key.Name));

    /// <summary>Reads the values as the view declares them; <c>features.value_invalid</c>.</summary>
    public static Result<ErasureKey> Of(FeatureView view, IReadOnlyDictionary<string, string> entity)
    {
        var values = new FeatureValue[view.Keys.Count];
        for (var at = 0; at < values.Length; at++)
        {
            var key = view.Keys[at];
            var json = new Utf8JsonReader(JsonSerializer.SerializeToUtf8Bytes(entity[key.Name], ErasureJson.Default.String));
            json.Read();
            if (!JsonCast.TryRead(ref json, key.Type, out values[at]) || values[at].IsNull)
                return Failure.Invalid("features.value_invalid", $"The value of {key.Name} is not of type {key.Type}, as which feature view {view.Name} declares it.");
        }

        return new ErasureKey(view, values, EntityKeyCodec.Encode(view.Keys, values)!);
    }

    /// <summary>SHA-256 of the key's columns and values in the order of their names, the same for all views.</summary>
    public static string Hash(IReadOnlyDictionary<string, string> entity)
    {
        var text = JsonSerializer.Serialize(new SortedDictionary<string, string>(entity.ToDictionary(), StringComparer.Ordinal), ErasureJson.Default.SortedDictionaryStringString);
        return Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(text)));
    }

    /// <summary>SQL that is true for its rows; null where the source has no such columns.</summary>
    /// <param name="relation">The view's source.</param>
    /// <param name="dialect">Of the engine it is in.</param>
    public Result<string> Condition(SourceRelation relation, ScanDialect dialect)
    {
        var parts = new List<string>();
        for (var at = 0; at < View.Keys.Count; at++)
        {
            var key = View.Keys[at];
            if (relation.Column(key.Name).Failed(out var missing, out var column))
                return missing;
            if (dialect.Key(column, key.Type) is not { } sql)
                return Failure.Invalid("features.source_type_mismatch", $"Column {column.Name} of source {relation.Source.Name} cannot be compared with {key.Name}.");
            parts.Add($"coalesce(({sql}) = {Literal(_values[at])}, false)");
        }

        return string.Join(" and ", parts);
    }

    private static string Literal(FeatureValue value) => value.Kind switch
    {
        FeatureKind.String => Quote.Text(value.AsString),
        FeatureKind.Bytes => $"from_hex('{Convert.ToHexString(value.AsBytes)}')",
        _ => value.AsInt64.ToString(CultureInfo.InvariantCulture),
    };
}

[System.Text.Json.Serialization.JsonSerializable(typeof(string))]
[System.Text.Json.Serialization.JsonSerializable(typeof(SortedDictionary<string, string>))]
internal sealed partial class ErasureJson : System.Text.Json.Serialization.JsonSerializerContext;
