using System.Globalization;
using System.Text;
using Orrery.Native;

namespace Orrery.Features;

/// <summary>Values of the embedded engine as values of features.</summary>
internal static class DuckValues
{
    /// <summary>One value.</summary>
    /// <param name="vector">A column of <see cref="DuckDbDialect.TypeName"/>.</param>
    /// <param name="row">Its row.</param>
    /// <param name="type">What it is declared as.</param>
    public static FeatureValue Read(DuckVector vector, int row, FeatureType type)
    {
        if (vector.IsNull(row))
            return FeatureValue.Null;
        if (!type.IsList)
            return Single(vector, row, type.Kind);
        var entry = vector.Values<DuckListEntry>()[row];
        var elements = vector.Elements();
        var items = new FeatureValue[entry.Length];
        for (var at = 0; at < items.Length; at++)
            items[at] = Read(elements, (int)entry.Offset + at, new FeatureType(type.Kind));
        return FeatureValue.List(type.Kind, items);
    }

    /// <summary>One column of a key, as <see cref="ScanDialect.Key"/> gives it: moments are microseconds.</summary>
    public static FeatureValue Key(DuckVector vector, int row, FeatureType type) => type.Kind is FeatureKind.UnixTimestamp
        ? vector.IsNull(row) ? FeatureValue.Null : FeatureValue.Timestamp(vector.Values<long>()[row])
        : Read(vector, row, type);

    private static FeatureValue Single(DuckVector vector, int row, FeatureKind kind) => kind switch
    {
        FeatureKind.Bool => FeatureValue.Bool(vector.Values<byte>()[row] != 0),
        FeatureKind.Int32 => FeatureValue.Int32(vector.Values<int>()[row]),
        FeatureKind.Int64 => FeatureValue.Int64(vector.Values<long>()[row]),
        FeatureKind.Float32 => FeatureValue.Float32(vector.Values<float>()[row]),
        FeatureKind.Float64 => FeatureValue.Float64(vector.Values<double>()[row]),
        FeatureKind.UnixTimestamp => FeatureValue.Timestamp(vector.Values<long>()[row]),
        FeatureKind.Uuid => FeatureValue.Uuid((Guid)vector.Value(row)!),
        FeatureKind.Bytes => FeatureValue.Bytes(vector.Utf8(row).ToArray()),
        FeatureKind.Decimal => FeatureValue.Decimal(Text(vector, row)),
        FeatureKind.Json => FeatureValue.Json(Text(vector, row)),
        FeatureKind.String => FeatureValue.String(Text(vector, row)),
        _ => throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"{kind} is not read.")),
    };

    private static string Text(DuckVector vector, int row) => Encoding.UTF8.GetString(vector.Utf8(row));
}
