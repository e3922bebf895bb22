namespace Orrery.Features;

/// <summary>Values as Feast's server writes them.</summary>
internal static class FeatureJson
{
    /// <summary>Writes a value: whole numbers as numbers, float32 widened, moments as whole seconds, bytes in base64, decimals, UUIDs and JSON as texts.</summary>
    /// <returns>False, and <c>null</c> written, for a float that JSON has no number for; in a list only that item is null.</returns>
    public static bool Write(ByteWriter json, FeatureValue value)
    {
        if (value.IsNull)
        {
            json.Raw("null"u8);
            return true;
        }

        if (value.IsList)
            return WriteList(json, value.AsList);
        switch (value.Kind)
        {
            case FeatureKind.Bool:
                json.Raw(value.AsBool ? "true"u8 : "false"u8);
                return true;
            case FeatureKind.Float32:
            case FeatureKind.Float64:
                json.Number(value.AsDouble);
                return double.IsFinite(value.AsDouble);
            case FeatureKind.UnixTimestamp:
                json.Number(Seconds(value.AsInt64));
                return true;
            case FeatureKind.Bytes:
                json.Base64(value.AsBytes);
                return true;
            case FeatureKind.Uuid:
                WriteUuid(json, value.AsGuid);
                return true;
            case FeatureKind.String:
            case FeatureKind.Decimal:
            case FeatureKind.Json:
                json.Text(value.AsString);
                return true;
            default:
                json.Number(value.AsInt64);
                return true;
        }
    }

    /// <summary>Whole seconds since 1970, rounded down.</summary>
    public static long Seconds(long microseconds) => microseconds >= 0 ? microseconds / 1_000_000 : -((-(microseconds + 1) / 1_000_000) + 1);

    private static bool WriteList(ByteWriter json, IReadOnlyList<FeatureValue> items)
    {
        var whole = true;
        json.Raw((byte)'[');
        for (var i = 0; i < items.Count; i++)
        {
            if (i > 0)
                json.Raw((byte)',');
            whole &= Write(json, items[i]);
        }

        json.Raw((byte)']');
        return whole;
    }

    private static void WriteUuid(ByteWriter json, Guid value)
    {
        var span = json.GetSpan(38);
        span[0] = (byte)'"';
        value.TryFormat(span[1..], out var written);
        span[written + 1] = (byte)'"';
        json.Advance(written + 2);
    }
}
