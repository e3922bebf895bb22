using System.Text.Json;
using System.Text.Json.Serialization;
using System.Xml;

namespace Orrery.Contracts;

/// <summary>A duration as ISO 8601 text: <c>"P30D"</c>, <c>"PT12H30M"</c>. Years and months are refused: their length varies.</summary>
internal sealed class DurationConverter : JsonConverter<TimeSpan>
{
    public override TimeSpan Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var text = reader.GetString() ?? "";
        var date = text.Split('T')[0];
        if (date.Contains('Y', StringComparison.Ordinal) || date.Contains('M', StringComparison.Ordinal))
            throw new JsonException($"The duration '{text}' has years or months. Use days: P30D.");
        try
        {
            return XmlConvert.ToTimeSpan(text);
        }
        catch (Exception invalid) when (invalid is FormatException or OverflowException)
        {
            throw new JsonException($"'{text}' is not an ISO 8601 duration, for example P30D or PT12H.", invalid);
        }
    }

    public override void Write(Utf8JsonWriter writer, TimeSpan value, JsonSerializerOptions options) =>
        writer.WriteStringValue(XmlConvert.ToString(value));
}
