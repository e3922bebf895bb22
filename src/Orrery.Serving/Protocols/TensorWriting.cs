using System.Buffers;
using System.Text.Json;

namespace Orrery.Serving;

/// <summary>Writes tensors' elements as JSON. What JSON has no number for (NaN, infinities) is null.</summary>
internal static class TensorWriting
{
    /// <summary>All elements in one list.</summary>
    public static void WriteFlat(Utf8JsonWriter json, Tensor tensor)
    {
        json.WriteStartArray();
        WriteRange(json, tensor, 0, (int)tensor.Count);
        json.WriteEndArray();
    }

    /// <summary>Lists in lists, as the shape says, from one place in it: <c>ndarray.tolist()</c> of NumPy.</summary>
    /// <param name="json">Takes it.</param>
    /// <param name="tensor">Whose elements.</param>
    /// <param name="level">Dimension to begin with: 0 for the whole tensor, 1 for one row.</param>
    /// <param name="start">First element.</param>
    public static void WriteNested(Utf8JsonWriter json, Tensor tensor, int level, int start)
    {
        if (level == tensor.Rank)
        {
            WriteRange(json, tensor, start, 1);
            return;
        }

        json.WriteStartArray();
        var inside = 1;
        foreach (var size in tensor.Shape[(level + 1)..])
            inside *= (int)size;
        if (level == tensor.Rank - 1)
        {
            WriteRange(json, tensor, start, (int)tensor.Shape[level]);
        }
        else
        {
            for (var index = 0; index < tensor.Shape[level]; index++)
                WriteNested(json, tensor, level + 1, start + (index * inside));
        }

        json.WriteEndArray();
    }

    /// <summary>Elements one after another, without a list around them.</summary>
    public static void WriteRange(Utf8JsonWriter json, Tensor tensor, int start, int count)
    {
        switch (tensor.Type)
        {
            case DataType.FP32:
                foreach (var value in tensor.Values<float>().Slice(start, count))
                    WriteFloat(json, value);
                break;
            case DataType.FP64:
                foreach (var value in tensor.Values<double>().Slice(start, count))
                    WriteFloat(json, value);
                break;
            case DataType.FP16:
                foreach (var value in tensor.Values<Half>().Slice(start, count))
                    WriteFloat(json, (float)value);
                break;
            case DataType.INT64:
                foreach (var value in tensor.Values<long>().Slice(start, count))
                    json.WriteNumberValue(value);
                break;
            case DataType.INT32:
                foreach (var value in tensor.Values<int>().Slice(start, count))
                    json.WriteNumberValue(value);
                break;
            case DataType.INT16:
                foreach (var value in tensor.Values<short>().Slice(start, count))
                    json.WriteNumberValue(value);
                break;
            case DataType.INT8:
                foreach (var value in tensor.Values<sbyte>().Slice(start, count))
                    json.WriteNumberValue(value);
                break;
            case DataType.UINT8:
                foreach (var value in tensor.Values<byte>().Slice(start, count))
                    json.WriteNumberValue(value);
                break;
            case DataType.UINT16:
                foreach (var value in tensor.Values<ushort>().Slice(start, count))
                    json.WriteNumberValue(value);
                break;
            case DataType.UINT32:
                foreach (var value in tensor.Values<uint>().Slice(start, count))
                    json.WriteNumberValue(value);
                break;
            case DataType.UINT64:
                foreach (var value in tensor.Values<ulong>().Slice(start, count))
                    json.WriteNumberValue(value);
                break;
            case DataType.BOOL:
                foreach (var value in tensor.Bytes.Slice(start, count))
                    json.WriteBooleanValue(value != 0);
                break;
            case DataType.BYTES:
                WriteTexts(json, tensor, start, count);
                break;
            default:
                throw new TensorException($"Output '{tensor.Name}' of {tensor.Type} has no form in JSON; ask for it as binary data.");
        }
    }

    /// <summary>The elements as the binary tensor extension has them; texts each after its length.</summary>
    public static void WriteBinary(IBufferWriter<byte> output, Tensor tensor)
    {
        if (tensor.Type is not DataType.BYTES)
        {
            output.Write(tensor.Bytes);
            return;
        }

        for (var index = 0; index < tensor.Texts; index++)
        {
            var text = tensor.Text(index);
            System.Buffers.Binary.BinaryPrimitives.WriteUInt32LittleEndian(output.GetSpan(4), (uint)text.Length);
            output.Advance(4);
            output.Write(text);
        }
    }

    /// <summary>Bytes that <see cref="WriteBinary"/> writes.</summary>
    public static int BinaryLength(Tensor tensor) => tensor.Bytes.Length + (tensor.Type is DataType.BYTES ? 4 * tensor.Texts : 0);

    private static void WriteFloat(Utf8JsonWriter json, float value)
    {
        if (float.IsFinite(value))
            json.WriteNumberValue(value);
        else
            json.WriteNullValue();
    }

    private static void WriteFloat(Utf8JsonWriter json, double value)
    {
        if (double.IsFinite(value))
            json.WriteNumberValue(value);
        else
            json.WriteNullValue();
    }

    private static void WriteTexts(Utf8JsonWriter json, Tensor tensor, int start, int count)
    {
        for (var index = start; index < start + count; index++)
        {
            var text = tensor.Text(index);
            if (System.Text.Unicode.Utf8.IsValid(text))
                json.WriteStringValue(text);
            else
                json.WriteStringValue(Convert.ToBase64String(text));
        }
    }
}
