using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Orrery.Features;

/// <summary>
/// JSON values as values of a declared type: <c>5</c> is the text "5" where a text is asked for and <c>"5"</c> the number 5 where a number
/// is; what would lose something is refused. Times are ISO 8601 (UTC where they name no zone) or seconds since 1970.
/// </summary>
internal static class JsonCast
{
    private static readonly string[] NotFinite = ["NaN", "Infinity", "-Infinity", "nan", "inf", "-inf"];

    /// <summary>Reads the value at the reader, and moves past it when it is a list or an object.</summary>
    /// <returns>False when the value cannot be of that type.</returns>
    public static bool TryRead(ref Utf8JsonReader json, FeatureType type, out FeatureValue value)
    {
        value = default;
        if (json.TokenType is JsonTokenType.Null)
            return true;
        if (type.IsList)
            return TryList(ref json, type.Kind, out value);
        if (type.Kind is FeatureKind.Json)
            return TryJson(ref json, out value);
        if (json.TokenType is JsonTokenType.StartArray or JsonTokenType.StartObject)
        {
            json.Skip();
            return false;
        }

        return TrySingle(ref json, type.Kind, out value);
    }

    /// <summary>A moment in microseconds since 1970 UTC; at the reader must be a text or a number.</summary>
    public static bool TryMoment(ref Utf8JsonReader json, out long microseconds)
    {
        microseconds = 0;
        if (json.TokenType is JsonTokenType.Number)
        {
            if (!json.TryGetDecimal(out var seconds) || Math.Abs(seconds) > 253_402_300_799m)
                return false;
            microseconds = (long)decimal.Round(seconds * 1_000_000m);
            return true;
        }

        return json.TokenType is JsonTokenType.String && TryMoment(json.GetString()!, out microseconds);
    }

    /// <summary>A moment written in ISO 8601; without a zone it is UTC.</summary>
    public static bool TryMoment(string text, out long microseconds)
    {
        microseconds = 0;
        if (text.Length < 8 || !char.IsAsciiDigit(text[0])
            || !DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var moment))
            return false;
        microseconds = (moment.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) / TimeSpan.TicksPerMicrosecond;
        return true;
    }

    /// <summary>How a refused value is shown: its start.</summary>
    public static string Show(ref Utf8JsonReader json)
    {
        var text = json.TokenType switch
        {
            JsonTokenType.String => $"\"{json.GetString()}\"",
            JsonTokenType.EndArray or JsonTokenType.StartArray => "a list",
            JsonTokenType.EndObject or JsonTokenType.StartObject => "an object",
            _ => Encoding.UTF8.GetString(json.ValueSpan),
        };
        return text.Length > 60 ? text[..60] + "..." : text;
    }

    private static bool TrySingle(ref Utf8JsonReader json, FeatureKind kind, out FeatureValue value)
    {
        value = default;
        switch (kind)
        {
            case FeatureKind.Bool:
                return TryBool(ref json, out value);
            case FeatureKind.Int32:
                if (!TryWhole(ref json, out var small) || small is < int.MinValue or > int.MaxValue)
                    return false;
                value = FeatureValue.Int32((int)small);
                return true;
            case FeatureKind.Int64:
                if (!TryWhole(ref json, out var whole))
                    return false;
                value = FeatureValue.Int64(whole);
                return true;
            case FeatureKind.Float32:
                if (!TryNumber(ref json, out var single) || (double.IsFinite(single) && !float.IsFinite((float)single)))
                    return false;
                value = FeatureValue.Float32((float)single);
                return true;
            case FeatureKind.Float64:
                if (!TryNumber(ref json, out var number))
                    return false;
                value = FeatureValue.Float64(number);
                return true;
            case FeatureKind.UnixTimestamp:
                if (!TryMoment(ref json, out var moment))
                    return false;
                value = FeatureValue.Timestamp(moment);
                return true;
            default:
                return TryText(ref json, kind, out value);
        }
    }

    private static bool TryText(ref Utf8JsonReader json, FeatureKind kind, out FeatureValue value)
    {
        value = default;
        if (json.TokenType is not (JsonTokenType.String or JsonTokenType.Number))
            return false;
        if (!TryString(ref json, out var text))
            return false;
        switch (kind)
        {
            case FeatureKind.String:
                value = FeatureValue.String(text);
                return true;
            case FeatureKind.Bytes:
                var bytes = new byte[text.Length];
                if (json.TokenType is not JsonTokenType.String || !Convert.TryFromBase64String(text, bytes, out var length))
                    return false;
                value = FeatureValue.Bytes(bytes[..length]);
                return true;
            case FeatureKind.Uuid:
                if (!Guid.TryParse(text, out var uuid))
                    return false;
                value = FeatureValue.Uuid(uuid);
                return true;
            default:
                if (!decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
                    return false;
                value = FeatureValue.Decimal(number.ToString(CultureInfo.InvariantCulture));
                return true;
        }
    }

    // Half of a surrogate pair is JSON, but no text.
    private static bool TryString(ref Utf8JsonReader json, out string text)
    {
        text = "";
        if (json.TokenType is JsonTokenType.Number)
        {
            text = Encoding.UTF8.GetString(json.ValueSpan);
            return true;
        }

        try
        {
            text = json.GetString()!;
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    private static bool TryBool(ref Utf8JsonReader json, out FeatureValue value)
    {
        var known = json.TokenType switch
        {
            JsonTokenType.True => true,
            JsonTokenType.False => false,
            JsonTokenType.Number => json.TryGetInt64(out var whole) ? whole switch { 0 => false, 1 => true, _ => null } : null,
            JsonTokenType.String when json.ValueTextEquals("true"u8) || json.ValueTextEquals("True"u8) => true,
            JsonTokenType.String when json.ValueTextEquals("false"u8) || json.ValueTextEquals("False"u8) => false,
            _ => (bool?)null,
        };
        value = known is { } given ? FeatureValue.Bool(given) : default;
        return known is not null;
    }

    private static bool TryWhole(ref Utf8JsonReader json, out long whole)
    {
        whole = 0;
        if (json.TokenType is JsonTokenType.Number)
        {
            if (json.TryGetInt64(out whole))
                return true;
            if (!json.TryGetDecimal(out var number) || number != decimal.Truncate(number) || number is < long.MinValue or > long.MaxValue)
                return false;
            whole = (long)number;
            return true;
        }

        return json.TokenType is JsonTokenType.String && !json.ValueIsEscaped
            && Utf8Parser.TryParse(json.ValueSpan, out whole, out var read) && read == json.ValueSpan.Length;
    }

    private static bool TryNumber(ref Utf8JsonReader json, out double number)
    {
        number = 0;
        if (json.TokenType is JsonTokenType.Number)
            return json.TryGetDouble(out number);
        if (json.TokenType is not JsonTokenType.String || !TryString(ref json, out var text))
            return false;
        if (!json.ValueIsEscaped && Utf8Parser.TryParse(json.ValueSpan, out number, out var read) && read == json.ValueSpan.Length)
            return true;
        var named = Array.IndexOf(NotFinite, text);
        number = named < 0 ? 0 : (named % 3) switch { 0 => double.NaN, 1 => double.PositiveInfinity, _ => double.NegativeInfinity };
        return named >= 0;
    }

    private static bool TryJson(ref Utf8JsonReader json, out FeatureValue value)
    {
        value = default;
        if (json.TokenType is JsonTokenType.String)
        {
            if (!TryString(ref json, out var text) || !IsJson(text))
                return false;
            value = FeatureValue.Json(text);
            return true;
        }

        using var document = JsonDocument.ParseValue(ref json);
        value = FeatureValue.Json(document.RootElement.GetRawText());
        return true;
    }

    private static bool IsJson(string text)
    {
        try
        {
            JsonDocument.Parse(text).Dispose();
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static bool TryList(ref Utf8JsonReader json, FeatureKind kind, out FeatureValue value)
    {
        value = default;
        if (json.TokenType is not JsonTokenType.StartArray)
        {
            json.Skip();
            return false;
        }

        var items = new List<FeatureValue>();
        var good = true;
        while (json.Read() && json.TokenType is not JsonTokenType.EndArray)
        {
            good &= TryRead(ref json, new(kind), out var item);
            items.Add(item);
        }

        if (good)
            value = FeatureValue.List(kind, [.. items]);
        return good;
    }
}
