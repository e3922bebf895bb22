using System.Runtime.InteropServices;
using Orrery.Native;

namespace Orrery.Serving;

/// <summary>Makes the model's inputs of the columns of a chunk.</summary>
internal static class BatchTensors
{
    /// <summary>Fills a call.</summary>
    /// <param name="call">Emptied first.</param>
    /// <param name="plan">Says which columns make which input.</param>
    /// <param name="reader">At a chunk whose columns are the inputs' in their order.</param>
    /// <param name="rows">Rows of the chunk to take.</param>
    public static void Fill(InferenceCall call, BatchPlan plan, DuckReader reader, ReadOnlySpan<int> rows)
    {
        call.Reset();
        var first = 0;
        foreach (var input in plan.Inputs)
        {
            var tensor = call.Inputs.Add();
            (tensor.Name, tensor.Type) = (input.Name, input.Type);
            var width = input.Columns.Count;
            tensor.SetShape(input.IsMatrix ? [rows.Length, width] : [rows.Length]);
            if (input.Type is DataType.BYTES)
                Texts(tensor, reader, rows, first, width);
            else
                Numbers(tensor, reader, rows, first, width);
            first += width;
        }
    }

    private static void Texts(Tensor tensor, DuckReader reader, ReadOnlySpan<int> rows, int first, int width)
    {
        foreach (var row in rows)
        {
            for (var column = 0; column < width; column++)
                tensor.AddText(reader.Utf8(first + column, row));
        }
    }

    private static void Numbers(Tensor tensor, DuckReader reader, ReadOnlySpan<int> rows, int first, int width)
    {
        var target = tensor.Append(checked(rows.Length * width * tensor.Type.Width()));
        for (var column = 0; column < width; column++)
        {
            var vector = reader.Column(first + column);
            switch (tensor.Type)
            {
                case DataType.FP32: Copy(vector, rows, target, column, width, float.NaN); break;
                case DataType.FP64: Copy(vector, rows, target, column, width, double.NaN); break;
                case DataType.INT64: Copy(vector, rows, target, column, width, 0L); break;
                case DataType.INT32: Copy(vector, rows, target, column, width, 0); break;
                case DataType.INT16: Copy(vector, rows, target, column, width, (short)0); break;
                case DataType.INT8: Copy(vector, rows, target, column, width, (sbyte)0); break;
                case DataType.UINT64: Copy(vector, rows, target, column, width, 0UL); break;
                case DataType.UINT32: Copy(vector, rows, target, column, width, 0U); break;
                case DataType.UINT16: Copy(vector, rows, target, column, width, (ushort)0); break;
                case DataType.UINT8: Copy(vector, rows, target, column, width, (byte)0); break;
                case DataType.BOOL: CopyBool(vector, rows, target, column, width); break;
                default: throw new InvalidOperationException($"No column is made into {tensor.Type}.");
            }
        }
    }

    private static void Copy<T>(DuckVector vector, ReadOnlySpan<int> rows, Span<byte> bytes, int column, int width, T missing)
        where T : unmanaged
    {
        var values = vector.Values<T>();
        var target = MemoryMarshal.Cast<byte, T>(bytes);
        var place = column;
        if (!vector.MayHaveNulls)
        {
            foreach (var row in rows)
            {
                target[place] = values[row];
                place += width;
            }

            return;
        }

        foreach (var row in rows)
        {
            target[place] = vector.IsNull(row) ? missing : values[row];
            place += width;
        }
    }

    private static void CopyBool(DuckVector vector, ReadOnlySpan<int> rows, Span<byte> target, int column, int width)
    {
        var values = vector.Values<bool>();
        for (var row = 0; row < rows.Length; row++)
            target[(row * width) + column] = values[rows[row]] ? (byte)1 : (byte)0;
    }
}
