using System.Globalization;
using System.Text.Json;

namespace Orrery.Serving;

/// <summary>
/// Reads one JSON value as an element of a tensor. Floats may be null, "NaN", "Infinity" or "-Infinity", since JSON has no such numbers; whole numbers
/// must be whole and fit; true and false are 1 and 0 where a number is wanted.
/// </summary>
internal static class NumberJson
{
    /// <exception cref="TensorException">The value is none of the type.</exception>
    public static void Read(ref Utf8JsonReader json, Tensor tensor, DataType type)
    {
        switch (type)
        {
            case DataType.FP32:
                tensor.Add((float)Float(ref json, tensor));
                break;
            case DataType.FP64:
                tensor.Add(Float(ref json, tensor));
                break;
            case DataType.INT64:
                tensor.Add(Whole(ref json, tensor, type, long.MinValue, long.MaxValue));
                break;
            case DataType.INT32:
                tensor.Add((int)Whole(ref json, tensor, type, int.MinValue, int.MaxValue));
                break;
            case DataType.INT16:
                tensor.Add((short)Whole(ref json, tensor, type, short.MinValue, short.MaxValue));
                break;
            case DataType.INT8:
                tensor.Add((sbyte)Whole(ref json, tensor, type, sbyte.MinValue, sbyte.MaxValue));
                break;
            case DataType.UINT8:
                tensor.Add((byte)Whole(ref json, tensor, type, 0, byte.MaxValue));
                break;
            case DataType.UINT16:
                tensor.Add((ushort)Whole(ref json, tensor, type, 0, ushort.MaxValue));
                break;
            case DataType.UINT32:
                tensor.Add((uint)Whole(ref json, tensor, type, 0, uint.MaxValue));
                break;
            case DataType.UINT64:
                tensor.Add(Unsigned(ref json, tensor));
                break;
            case DataType.BOOL:
                tensor.Add(Bool(ref json, tensor) ? (byte)1 : (byte)0);
                break;
            case DataType.BYTES:
                Text(ref json, tensor);
                break;
            default:
                throw new TensorException($"Tensor '{tensor.Name}' of {type} cannot be given as JSON; send it as binary data.");
        }
    }

    private static double Float(ref Utf8JsonReader json, Tensor tensor) => json.TokenType switch
    {
        JsonTokenType.Number => json.GetDouble(),
        JsonTokenType.Null => double.NaN,
        JsonTokenType.True => 1,
        JsonTokenType.False => 0,
        JsonTokenType.String when json.ValueTextEquals("NaN"u8) => double.NaN,
        JsonTokenType.String when json.ValueTextEquals("Infinity"u8) => double.PositiveInfinity,
        JsonTokenType.String when json.ValueTextEquals("-Infinity"u8) => double.NegativeInfinity,
        _ => throw Wrong(ref json, tensor, "a number"),
    };

    private static long Whole(ref Utf8JsonReader json, Tensor tensor, DataType type, long least, long most)
    {
        if (json.TokenType is JsonTokenType.True or JsonTokenType.False)
            return json.TokenType is JsonTokenType.True ? 1 : 0;
        if (json.TokenType is not JsonTokenType.Number)
            throw Wrong(ref json, tensor, "a whole number");
        if (!json.TryGetInt64(out var value))
        {
            // 3.0 is whole, too.
            var number = json.GetDouble();
            if (!(Math.Abs(number) < 1L << 53) || number != Math.Floor(number))
                throw Wrong(ref json, tensor, "a whole number");
            value = (long)number;
        }

        return value >= least && value <= most ? value : throw Wrong(ref json, tensor, $"of {type} ({least} to {most})");
    }

    private static ulong Unsigned(ref Utf8JsonReader json, Tensor tensor) => json.TokenType is JsonTokenType.Number && json.TryGetUInt64(out var value)
        ? value
        : throw Wrong(ref json, tensor, $"of UINT64 (0 to {ulong.MaxValue})");

    private static bool Bool(ref Utf8JsonReader json, Tensor tensor) => json.TokenType switch
    {
        JsonTokenType.True => true,
        JsonTokenType.False => false,
        JsonTokenType.Number when json.TryGetInt64(out var value) && value is 0 or 1 => value == 1,
        _ => throw Wrong(ref json, tensor, "true, false, 1 or 0"),
    };

    private static void Text(ref Utf8JsonReader json, Tensor tensor)
    {
        if (json.TokenType is not JsonTokenType.String)
            throw Wrong(ref json, tensor, "a text");
        var room = tensor.Append(json.ValueSpan.Length);
        int written;
        try
        {
            written = json.CopyString(room);
        }
        catch (InvalidOperationException)
        {
            throw new TensorException($"Element {tensor.Texts} of '{tensor.Name}' is no text in UTF-8.");
        }

        tensor.Shorten(room.Length - written);
        tensor.EndText();
    }

    private static TensorException Wrong(ref Utf8JsonReader json, Tensor tensor, string wanted)
    {
        var got = json.TokenType switch
        {
            JsonTokenType.StartArray => "a list",
            JsonTokenType.StartObject => "an object",
            JsonTokenType.Null => "null",
            _ => Clip(json.TokenType is JsonTokenType.String ? $"\"{json.GetString()}\"" : System.Text.Encoding.UTF8.GetString(json.ValueSpan)),
        };
        return new(string.Create(CultureInfo.InvariantCulture, $"Element {tensor.Elements} of '{tensor.Name}' is {got}; it must be {wanted}."));
    }

    private static string Clip(string text) => text.Length <= 60 ? text : text[..60] + "...";
}
