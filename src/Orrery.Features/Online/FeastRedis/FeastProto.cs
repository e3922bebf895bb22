using System.Globalization;
using Google.Protobuf;

namespace Orrery.Features;

/// <summary>Feast's stored values: <c>feast.types.Value</c>, and protobuf's <c>Timestamp</c>. Bytes of Redis are not trusted.</summary>
internal static class FeastProto
{
    /// <summary>Reads a value as the type a view declares; false when it is damaged, or of a type that cannot be that one.</summary>
    public static bool TryValue(byte[] bytes, FeatureType type, out FeatureValue value)
    {
        value = default;
        try
        {
            return TryValue(new CodedInputStream(bytes), type, out value);
        }
        catch (InvalidProtocolBufferException)
        {
            return false;
        }
    }

    /// <summary>Reads a moment, in microseconds since 1970.</summary>
    public static bool TryMoment(byte[] bytes, out long microseconds)
    {
        microseconds = 0;
        try
        {
            var input = new CodedInputStream(bytes);
            var (seconds, nanos) = (0L, 0);
            uint tag;
            while ((tag = input.ReadTag()) != 0)
            {
                if (tag == Tag(1, WireFormat.WireType.Varint))
                    seconds = input.ReadInt64();
                else if (tag == Tag(2, WireFormat.WireType.Varint))
                    nanos = input.ReadInt32();
                else
                    input.SkipLastField();
            }

            if (seconds is < -62_135_596_800 or > 253_402_300_799 || nanos is < 0 or > 999_999_999)
                return false;
            microseconds = seconds * 1_000_000 + nanos / 1_000;
            return true;
        }
        catch (InvalidProtocolBufferException)
        {
            return false;
        }
    }

    private static bool TryValue(CodedInputStream input, FeatureType type, out FeatureValue value)
    {
        value = default;
        uint tag;
        var known = true;
        while ((tag = input.ReadTag()) != 0)
        {
            var field = WireFormat.GetTagFieldNumber(tag);
            if (field is >= 11 and <= 17 or 19)
                known = TryList(input.ReadBytes(), field == 19 ? FeastField.Timestamp : (FeastField)(field - 10), type, out value);
            else if (field is >= 1 and <= 7 or 18)
                known = TryCast(ReadSingle(input, field == 18 ? FeastField.Timestamp : (FeastField)field), type, out value);
            else
                (known, value) = (field == 20, Skip(input));
        }

        return known;
    }

    private static FeatureValue Skip(CodedInputStream input)
    {
        input.SkipLastField();
        return default;
    }

    private static bool TryList(ByteString bytes, FeastField field, FeatureType type, out FeatureValue value)
    {
        value = default;
        if (!type.IsList)
            return false;
        var items = new List<FeatureValue>();
        var input = bytes.CreateCodedInput();
        uint tag;
        while ((tag = input.ReadTag()) != 0)
        {
            if (WireFormat.GetTagFieldNumber(tag) != 1)
            {
                input.SkipLastField();
                continue;
            }

            var isPacked = WireFormat.GetTagWireType(tag) is WireFormat.WireType.LengthDelimited && field is not (FeastField.Bytes or FeastField.String);
            var packed = isPacked ? input.ReadBytes().CreateCodedInput() : input;
            do
            {
                if (isPacked && packed.IsAtEnd)
                    break;
                if (!TryCast(ReadSingle(packed, field), new(type.Kind), out var item))
                    return false;
                items.Add(item);
            }
            while (isPacked);
        }

        value = FeatureValue.List(type.Kind, [.. items]);
        return true;
    }

    private static FeatureValue ReadSingle(CodedInputStream input, FeastField field) => field switch
    {
        FeastField.Bytes => FeatureValue.Bytes(input.ReadBytes().ToByteArray()),
        FeastField.String => FeatureValue.String(input.ReadString()),
        FeastField.Int32 => FeatureValue.Int32(input.ReadInt32()),
        FeastField.Int64 => FeatureValue.Int64(input.ReadInt64()),
        FeastField.Double => FeatureValue.Float64(input.ReadDouble()),
        FeastField.Float => FeatureValue.Float32(input.ReadFloat()),
        FeastField.Bool => FeatureValue.Bool(input.ReadBool()),
        _ => FeatureValue.Timestamp(unchecked(input.ReadInt64() * 1_000_000)),
    };

    // What JSON would be cast to is cast alike: a text may hold a decimal, a UUID or JSON.
    private static bool TryCast(FeatureValue read, FeatureType type, out FeatureValue value)
    {
        value = read;
        if (type.IsList)
            return false;
        if (read.Kind == type.Kind)
            return true;
        switch (read.Kind, type.Kind)
        {
            case (FeatureKind.Int32, FeatureKind.Int64):
                value = FeatureValue.Int64(read.AsInt64);
                return true;
            case (FeatureKind.Float32, FeatureKind.Float64):
                value = FeatureValue.Float64(read.AsDouble);
                return true;
            case (FeatureKind.String, FeatureKind.Json):
                value = FeatureValue.Json(read.AsString);
                return true;
            case (FeatureKind.String, FeatureKind.Uuid):
                var isUuid = Guid.TryParse(read.AsString, out var uuid);
                value = FeatureValue.Uuid(uuid);
                return isUuid;
            case (FeatureKind.String, FeatureKind.Decimal):
                var isNumber = decimal.TryParse(read.AsString, NumberStyles.Float, CultureInfo.InvariantCulture, out var number);
                value = FeatureValue.Decimal(number.ToString(CultureInfo.InvariantCulture));
                return isNumber;
            default:
                return false;
        }
    }

    private static uint Tag(int field, WireFormat.WireType type) => WireFormat.MakeTag(field, type);

    private enum FeastField
    {
        Bytes = 1,
        String = 2,
        Int32 = 3,
        Int64 = 4,
        Double = 5,
        Float = 6,
        Bool = 7,
        Timestamp = 8,
    }
}
