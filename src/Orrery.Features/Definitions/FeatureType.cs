using System.Collections.Frozen;

namespace Orrery.Features;

/// <summary>What a single value is.</summary>
internal enum FeatureKind : byte
{
    Bool = 1,
    Int32 = 2,
    Int64 = 3,
    Float32 = 4,
    Float64 = 5,
    String = 6,
    Bytes = 7,

    /// <summary>A moment, microseconds since 1970 UTC inside, seconds on Feast's wire.</summary>
    UnixTimestamp = 8,
    Uuid = 9,

    /// <summary>A decimal number, kept as its canonical text.</summary>
    Decimal = 10,

    /// <summary>Any JSON, kept as its text.</summary>
    Json = 11,
}

/// <summary>The type of a feature, a join key or a request field: a kind, or a list of one.</summary>
internal readonly record struct FeatureType(FeatureKind Kind, bool IsList = false)
{
    private static readonly FrozenDictionary<string, FeatureKind> Kinds = new Dictionary<string, FeatureKind>
    {
        ["bool"] = FeatureKind.Bool,
        ["boolean"] = FeatureKind.Bool,
        ["int32"] = FeatureKind.Int32,
        ["int64"] = FeatureKind.Int64,
        ["float"] = FeatureKind.Float32,
        ["float32"] = FeatureKind.Float32,
        ["double"] = FeatureKind.Float64,
        ["float64"] = FeatureKind.Float64,
        ["string"] = FeatureKind.String,
        ["bytes"] = FeatureKind.Bytes,
        ["unix_timestamp"] = FeatureKind.UnixTimestamp,
        ["unixtimestamp"] = FeatureKind.UnixTimestamp,
        ["timestamp"] = FeatureKind.UnixTimestamp,
        ["uuid"] = FeatureKind.Uuid,
        ["time_uuid"] = FeatureKind.Uuid,
        ["decimal"] = FeatureKind.Decimal,
        ["json"] = FeatureKind.Json,
        ["map"] = FeatureKind.Json,
        ["struct"] = FeatureKind.Json,
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>The names that a message may offer.</summary>
    public const string Known =
        "bool, int32, int64, float32, float64, string, bytes, unix_timestamp, uuid, decimal, json, or list<...> of one of them";

    /// <summary>True for what a join key may be.</summary>
    public bool CanBeKey => !IsList && Kind is FeatureKind.String or FeatureKind.Int32 or FeatureKind.Int64 or FeatureKind.Bytes or FeatureKind.UnixTimestamp;

    /// <summary>Reads a type as definitions and Feast write it: <c>int64</c>, <c>Float32</c>, <c>list&lt;string&gt;</c>, <c>INT64_LIST</c>, <c>Array(Int64)</c>.</summary>
    public static bool TryParse(string? text, out FeatureType type)
    {
        type = default;
        var name = (text ?? "").Trim();
        var isList = false;
        if (Inner(name, "list<", ">") is { } item || (item = Inner(name, "Array(", ")")) is not null)
            (name, isList) = (item, true);
        else if (name.EndsWith("_list", StringComparison.OrdinalIgnoreCase))
            (name, isList) = (name[..^5], true);
        if (!Kinds.TryGetValue(name.Trim(), out var kind))
            return false;
        type = new(kind, isList);
        return true;
    }

    /// <summary>The canonical name: <c>float64</c>, <c>list&lt;int64&gt;</c>.</summary>
    public override string ToString()
    {
        var name = Kind is FeatureKind.UnixTimestamp ? "unix_timestamp" : Kind.ToString().ToLowerInvariant();
        return IsList ? $"list<{name}>" : name;
    }

    private static string? Inner(string text, string start, string end) =>
        text.StartsWith(start, StringComparison.OrdinalIgnoreCase) && text.EndsWith(end, StringComparison.Ordinal) && text.Length > start.Length + end.Length
            ? text[start.Length..^end.Length]
            : null;
}
