using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Orrery.Contracts;

/// <summary>JSON in the one form that can be hashed: RFC 8785 (keys sorted by UTF-16 code units, no white space, ECMAScript's numbers).</summary>
public static class CanonicalJson
{
    /// <summary>Appends a value in canonical form.</summary>
    /// <exception cref="JsonException">A number is beyond what a double holds.</exception>
    public static void Append(StringBuilder text, JsonElement value)
    {
        ArgumentNullException.ThrowIfNull(text);
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                AppendObject(text, value);
                break;
            case JsonValueKind.Array:
                AppendArray(text, value);
                break;
            case JsonValueKind.String:
                AppendString(text, value.GetString()!);
                break;
            case JsonValueKind.Number:
                text.Append(Number(value.GetDouble()));
                break;
            default:
                text.Append(value.GetRawText());
                break;
        }
    }

    /// <summary>Appends a text with its quotes; only what must be escaped is.</summary>
    public static void AppendString(StringBuilder text, string value)
    {
        ArgumentNullException.ThrowIfNull(text);
        text.Append('"');
        foreach (var letter in value.AsSpan())
        {
            switch (letter)
            {
                case '"' or '\\':
                    text.Append('\\').Append(letter);
                    break;
                case '\b':
                    text.Append("\\b");
                    break;
                case '\f':
                    text.Append("\\f");
                    break;
                case '\n':
                    text.Append("\\n");
                    break;
                case '\r':
                    text.Append("\\r");
                    break;
                case '\t':
                    text.Append("\\t");
                    break;
                case < ' ':
                    text.Append("\\u00").Append(((int)letter).ToString("x2", CultureInfo.InvariantCulture));
                    break;
                default:
                    text.Append(letter);
                    break;
            }
        }

        text.Append('"');
    }

    /// <summary>A number as ECMAScript writes it.</summary>
    /// <exception cref="JsonException">It is not finite.</exception>
    public static string Number(double value)
    {
        if (!double.IsFinite(value))
            throw new JsonException($"The number {value} has no form in JSON.");
        if (value == 0)
            return "0";
        var sign = value < 0 ? "-" : "";
        var shortest = Math.Abs(value).ToString("E16", CultureInfo.InvariantCulture);
        for (var digits = 0; digits < 17; digits++)
        {
            var shorter = Math.Abs(value).ToString("E" + digits.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
            if (double.Parse(shorter, CultureInfo.InvariantCulture) == Math.Abs(value))
            {
                shortest = shorter;
                break;
            }
        }

        var e = shortest.IndexOf('E', StringComparison.Ordinal);
        var figures = shortest[..e].Replace(".", "", StringComparison.Ordinal).TrimEnd('0');
        var point = int.Parse(shortest.AsSpan(e + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture) + 1;
        return sign + Place(figures, point);
    }

    private static string Place(string figures, int point)
    {
        if (point is > 0 and <= 21)
            return figures.Length <= point ? figures.PadRight(point, '0') : figures[..point] + "." + figures[point..];
        if (point is > -6 and <= 0)
            return "0." + new string('0', -point) + figures;
        var fraction = figures.Length > 1 ? "." + figures[1..] : "";
        return string.Create(CultureInfo.InvariantCulture, $"{figures[0]}{fraction}e{(point > 0 ? "+" : "")}{point - 1}");
    }

    private static void AppendObject(StringBuilder text, JsonElement value)
    {
        text.Append('{');
        var first = true;
        foreach (var property in value.EnumerateObject().OrderBy(static p => p.Name, StringComparer.Ordinal))
        {
            if (!first)
                text.Append(',');
            first = false;
            AppendString(text, property.Name);
            text.Append(':');
            Append(text, property.Value);
        }

        text.Append('}');
    }

    private static void AppendArray(StringBuilder text, JsonElement value)
    {
        text.Append('[');
        var first = true;
        foreach (var item in value.EnumerateArray())
        {
            if (!first)
                text.Append(',');
            first = false;
            Append(text, item);
        }

        text.Append(']');
    }
}
