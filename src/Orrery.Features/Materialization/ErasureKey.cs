using System.Globalization;
using System.Text.Json;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Storage;

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

    /// <summary>
    /// The views that may hold an entity and are not erased from by its key: their keys have only some of its columns, or others besides, or are of types
    /// that its values are not.
    /// </summary>
    public static ErasedPlace[] Left(FeatureProject project, IReadOnlyDictionary<string, string> entity) =>
    [
        .. project.ViewVersions.Values.OrderBy(static view => view.Name, StringComparer.Ordinal).ThenBy(static view => view.Version)
            .Select(view => (View: view, Note: Note(view, entity))).Where(static one => one.Note is not null)
            .Select(static one => new ErasedPlace { Kind = "online", Name = one.View.NameWithVersion, Note = one.Note }),
    ];

    private static string? Note(FeatureView view, IReadOnlyDictionary<string, string> entity)
    {
        if (Fits(view, entity))
            return Of(view, entity).Failed(out var misfit, out _) ? $"{misfit.Message} Nothing was looked for in it." : null;
        if (!view.Keys.Any(key => entity.ContainsKey(key.Name)))
            return null;
        var names = string.Join(", ", view.Keys.Select(static key => key.Name));
        return entity.Keys.All(name => view.Keys.Any(key => key.Name == name))
            ? $"Its key has further columns ({names}): erase those entities by their whole keys."
            : $"Its key is another ({names}): erase those entities by it.";
    }

    /// <summary>Reads the values as the view declares them; <c>features.value_invalid</c>.</summary>
    public static Result<ErasureKey> Of(FeatureView view, IReadOnlyDictionary<string, string> entity)
    {
        var values = new FeatureValue[view.Keys.Count];
        for (var at = 0; at < values.Length; at++)
        {
            var key = view.Keys[at];
            var text = key.Type.Kind is FeatureKind.Int32 or FeatureKind.Int64 ? SubjectIndex.Whole(entity[key.Name]) : entity[key.Name];
            var json = new Utf8JsonReader(JsonSerializer.SerializeToUtf8Bytes(text, ErasureJson.Default.String));
            json.Read();
            if (!JsonCast.TryRead(ref json, key.Type, out values[at]) || values[at].IsNull)
                return Failure.Invalid("features.value_invalid", $"The value of {key.Name} is not of type {key.Type}, which it is in feature view {view.Name}.");
        }

        return new ErasureKey(view, values, EntityKeyCodec.Encode(view.Keys, values)!);
    }

    /// <summary>What tells the key from others without telling the key: a code under the server's own key, over its columns and values by name.</summary>
    public static byte[] Code(SecretBox secrets, WorkspaceId workspace, IReadOnlyDictionary<string, string> entity) => secrets.Code(
        JsonSerializer.Serialize(new SortedDictionary<string, string>(entity.ToDictionary(), StringComparer.Ordinal), ErasureJson.Default.SortedDictionaryStringString),
        workspace.Value, "features.erasure");

    /// <summary>SQL that is true for its rows in a table that has the join keys under their names, of whatever types.</summary>
    public string ByName() => string.Join(" and ", View.Keys.Select((key, at) => $"coalesce(cast({Quote.Name(key.Name)} as varchar) = {Quote.Text(Text(_values[at]))}, false)"));

    /// <summary>Whether a JSON row of the view's source is its.</summary>
    public bool Is(JsonElement row)
    {
        for (var at = 0; at < View.Keys.Count; at++)
        {
            if (row.ValueKind is not JsonValueKind.Object || !row.TryGetProperty(View.Source.Column(View.Keys[at].Name), out var value) || value.ToString() != Text(_values[at]))
                return false;
        }

        return View.Keys.Count > 0;
    }

    /// <summary>SQL that is true for its rows; a failure where the source has no such columns.</summary>
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
            // A row whose key cannot be read is another's; warehouses' dialects read such keys as null by themselves.
            parts.Add($"coalesce(({(dialect is DuckDbDialect ? Lenient(column.Sql, key.Type) : sql)}) = {Literal(_values[at])}, false)");
        }

        return string.Join(" and ", parts);
    }

    private static string Lenient(string column, FeatureType type) => type.Kind switch
    {
        FeatureKind.Int32 or FeatureKind.Int64 => $"coalesce(try_cast({column} as bigint), try_cast(try_cast({column} as double) as bigint))",
        FeatureKind.UnixTimestamp => $"epoch_us(try_cast({column} as timestamptz))",
        FeatureKind.Bytes => $"try_cast({column} as blob)",
        _ => $"try_cast({column} as varchar)",
    };

    private static string Text(FeatureValue value) => value.Kind switch
    {
        FeatureKind.String => value.AsString,
        FeatureKind.Bytes => Convert.ToBase64String(value.AsBytes),
        _ => value.AsInt64.ToString(CultureInfo.InvariantCulture),
    };

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
