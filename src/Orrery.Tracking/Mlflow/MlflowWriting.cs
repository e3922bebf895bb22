using System.Text.Json;

namespace Orrery.Tracking;

/// <summary>Pieces of MLflow's JSON.</summary>
public static class MlflowWriting
{
    /// <summary>A list of <c>{"key", "value"}</c>; an empty one is left out, as protobuf does.</summary>
    public static void WritePairs(this Utf8JsonWriter json, ReadOnlySpan<byte> name, IReadOnlyList<Pair> pairs)
    {
        if (pairs.Count == 0)
            return;
        json.WriteStartArray(name);
        foreach (var pair in pairs)
        {
            json.WriteStartObject();
            json.WriteString("key"u8, pair.Key);
            json.WriteString("value"u8, pair.Value);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>A number that may be NaN or infinite, which travel as texts.</summary>
    public static void WriteMetricValue(this Utf8JsonWriter json, ReadOnlySpan<byte> name, double value)
    {
        if (double.IsFinite(value))
            json.WriteNumber(name, value);
        else
            json.WriteString(name, double.IsNaN(value) ? "NaN"u8 : value > 0 ? "Infinity"u8 : "-Infinity"u8);
    }

    /// <summary>A text that is left out when null.</summary>
    public static void WriteOptional(this Utf8JsonWriter json, ReadOnlySpan<byte> name, string? value)
    {
        if (value is not null)
            json.WriteString(name, value);
    }
}
