using System.Text.Json;

namespace Orrery.Serving;

/// <summary>The parameters of requests, inputs and outputs that mean something here; others are passed over.</summary>
/// <param name="BinaryDataSize">Bytes of an input that lie after the JSON.</param>
/// <param name="BinaryData">Whether an output goes out as binary data.</param>
/// <param name="BinaryDataOutput">Whether all outputs do that say nothing themselves.</param>
internal readonly record struct V2Parameters(long? BinaryDataSize, bool? BinaryData, bool? BinaryDataOutput)
{
    /// <summary>Reads the property's value.</summary>
    public static V2Parameters Read(ref Utf8JsonReader json)
    {
        var parameters = default(V2Parameters);
        json.Read();
        if (json.TokenType is JsonTokenType.Null)
            return parameters;
        if (json.TokenType is not JsonTokenType.StartObject)
            throw new TensorException("'parameters' must be an object.");
        while (json.Read() && json.TokenType is JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("binary_data_size"u8))
                parameters = parameters with { BinaryDataSize = Size(ref json) };
            else if (json.ValueTextEquals("binary_data"u8))
                parameters = parameters with { BinaryData = Flag(ref json, "binary_data") };
            else if (json.ValueTextEquals("binary_data_output"u8))
                parameters = parameters with { BinaryDataOutput = Flag(ref json, "binary_data_output") };
            else
                V2Text.Skip(ref json);
        }

        return parameters;
    }

    private static long Size(ref Utf8JsonReader json)
    {
        json.Read();
        return json.TokenType is JsonTokenType.Number && json.TryGetInt64(out var size) && size >= 0
            ? size
            : throw new TensorException("'binary_data_size' must be a whole number of bytes.");
    }

    private static bool Flag(ref Utf8JsonReader json, string name)
    {
        json.Read();
        return json.TokenType switch
        {
            JsonTokenType.True => true,
            JsonTokenType.False => false,
            _ => throw new TensorException($"'{name}' must be true or false."),
        };
    }
}
