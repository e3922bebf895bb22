using System.Numerics;

namespace Orrery.Serving;

/// <summary>Numbers of tensors, whatever their type.</summary>
internal static class ScoreNumbers
{
    /// <summary>A tensor's elements.</summary>
    public static double[] Of(Tensor tensor) => tensor.Type switch
    {
        DataType.FP32 => All<float>(tensor),
        DataType.FP64 => All<double>(tensor),
        DataType.FP16 => All<Half>(tensor),
        DataType.INT64 => All<long>(tensor),
        DataType.INT32 => All<int>(tensor),
        DataType.INT16 => All<short>(tensor),
        DataType.INT8 => All<sbyte>(tensor),
        DataType.UINT64 => All<ulong>(tensor),
        DataType.UINT32 => All<uint>(tensor),
        DataType.UINT16 => All<ushort>(tensor),
        DataType.UINT8 or DataType.BOOL => All<byte>(tensor),
        _ => throw new ModelException($"Output '{tensor.Name}' is of {tensor.Type}, which is neither numbers nor texts."),
    };

    /// <summary>Writes a column of numbers into a matrix of the model's type.</summary>
    /// <exception cref="TensorException">A number is none of that type.</exception>
    public static void Write(Tensor tensor, Span<byte> bytes, ReadOnlySpan<double> values, int column, int width, string name)
    {
        switch (tensor.Type)
        {
            case DataType.FP32: Floats<float>(bytes, values, column, width); break;
            case DataType.FP64: Floats<double>(bytes, values, column, width); break;
            case DataType.INT64: Wholes<long>(bytes, values, column, width, name); break;
            case DataType.INT32: Wholes<int>(bytes, values, column, width, name); break;
            case DataType.INT16: Wholes<short>(bytes, values, column, width, name); break;
            case DataType.INT8: Wholes<sbyte>(bytes, values, column, width, name); break;
            case DataType.UINT64: Wholes<ulong>(bytes, values, column, width, name); break;
            case DataType.UINT32: Wholes<uint>(bytes, values, column, width, name); break;
            case DataType.UINT16: Wholes<ushort>(bytes, values, column, width, name); break;
            case DataType.UINT8 or DataType.BOOL: Wholes<byte>(bytes, values, column, width, name); break;
            default: throw new TensorException($"Column '{name}' is of {tensor.Type}, which numbers cannot be made into.");
        }
    }

    private static double[] All<T>(Tensor tensor)
        where T : unmanaged, INumber<T>
    {
        var from = tensor.Values<T>();
        var to = new double[from.Length];
        for (var index = 0; index < to.Length; index++)
            to[index] = double.CreateSaturating(from[index]);
        return to;
    }

    private static void Floats<T>(Span<byte> bytes, ReadOnlySpan<double> values, int column, int width)
        where T : unmanaged, INumber<T>
    {
        var target = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, T>(bytes);
        for (var (row, place) = (0, column); row < values.Length; row++, place += width)
            target[place] = T.CreateSaturating(values[row]);
    }

    private static void Wholes<T>(Span<byte> bytes, ReadOnlySpan<double> values, int column, int width, string name)
        where T : unmanaged, IBinaryInteger<T>
    {
        var target = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, T>(bytes);
        for (var (row, place) = (0, column); row < values.Length; row++, place += width)
        {
            var value = T.CreateSaturating(values[row]);
            if (double.CreateSaturating(value) != values[row])
                throw new TensorException($"Row {row} of column '{name}' is {values[row]}; the model wants whole numbers ({typeof(T).Name}).");
            target[place] = value;
        }
    }
}
