using System.Numerics;
using System.Runtime.InteropServices;

namespace Orrery.Serving;

/// <summary>Changes a tensor's numbers to the type that a model wants. Nothing is lost silently: what does not fit is refused; FP64 may be rounded to FP32.</summary>
internal static class TensorCast
{
    /// <summary>Whether a tensor of one type may be given where another is wanted.</summary>
    public static bool Allows(DataType given, DataType wanted) =>
        given == wanted || (IsPlain(given) && IsPlain(wanted));

    /// <summary>Writes the elements as another type.</summary>
    /// <exception cref="TensorException">An element does not fit.</exception>
    public static void Write(Tensor tensor, DataType wanted, Span<byte> bytes)
    {
        switch (tensor.Type)
        {
            case DataType.FP32: From<float>(tensor, wanted, bytes); break;
            case DataType.FP64: From<double>(tensor, wanted, bytes); break;
            case DataType.INT64: From<long>(tensor, wanted, bytes); break;
            case DataType.INT32: From<int>(tensor, wanted, bytes); break;
            case DataType.INT16: From<short>(tensor, wanted, bytes); break;
            case DataType.INT8: From<sbyte>(tensor, wanted, bytes); break;
            case DataType.UINT64: From<ulong>(tensor, wanted, bytes); break;
            case DataType.UINT32: From<uint>(tensor, wanted, bytes); break;
            case DataType.UINT16: From<ushort>(tensor, wanted, bytes); break;
            case DataType.UINT8 or DataType.BOOL: From<byte>(tensor, wanted, bytes); break;
            default: throw new TensorException($"Tensor '{tensor.Name}' is of {tensor.Type}; the model wants {wanted}.");
        }
    }

    private static bool IsPlain(DataType type) => type is not (DataType.None or DataType.BYTES or DataType.FP16 or DataType.BF16);

    private static void From<TFrom>(Tensor tensor, DataType wanted, Span<byte> bytes)
        where TFrom : unmanaged, INumber<TFrom>
    {
        switch (wanted)
        {
            case DataType.FP32: To<TFrom, float>(tensor, wanted, bytes); break;
            case DataType.FP64: To<TFrom, double>(tensor, wanted, bytes); break;
            case DataType.INT64: To<TFrom, long>(tensor, wanted, bytes); break;
            case DataType.INT32: To<TFrom, int>(tensor, wanted, bytes); break;
            case DataType.INT16: To<TFrom, short>(tensor, wanted, bytes); break;
            case DataType.INT8: To<TFrom, sbyte>(tensor, wanted, bytes); break;
            case DataType.UINT64: To<TFrom, ulong>(tensor, wanted, bytes); break;
            case DataType.UINT32: To<TFrom, uint>(tensor, wanted, bytes); break;
            case DataType.UINT16: To<TFrom, ushort>(tensor, wanted, bytes); break;
            case DataType.UINT8: To<TFrom, byte>(tensor, wanted, bytes); break;
            case DataType.BOOL: ToBool<TFrom>(tensor, bytes); break;
            default: throw new TensorException($"Tensor '{tensor.Name}' is of {tensor.Type}; the model wants {wanted}.");
        }
    }

    private static void To<TFrom, TTo>(Tensor tensor, DataType wanted, Span<byte> bytes)
        where TFrom : unmanaged, INumber<TFrom>
        where TTo : unmanaged, INumber<TTo>
    {
        var from = tensor.Values<TFrom>();
        var to = MemoryMarshal.Cast<byte, TTo>(bytes);
        if (wanted.IsFloat())
        {
            for (var index = 0; index < from.Length; index++)
                to[index] = TTo.CreateSaturating(from[index]);
            return;
        }

        for (var index = 0; index < from.Length; index++)
            to[index] = Exact<TFrom, TTo>(from[index]) ?? throw new TensorException($"Element {index} of '{tensor.Name}' is {from[index]}; the model wants {wanted}.");
    }

    private static TTo? Exact<TFrom, TTo>(TFrom value)
        where TFrom : unmanaged, INumber<TFrom>
        where TTo : unmanaged, INumber<TTo>
    {
        try
        {
            var changed = TTo.CreateChecked(value);
            return TFrom.CreateSaturating(changed) == value ? changed : null;
        }
        catch (OverflowException)
        {
            return null;
        }
    }

    private static void ToBool<TFrom>(Tensor tensor, Span<byte> bytes)
        where TFrom : unmanaged, INumber<TFrom>
    {
        var from = tensor.Values<TFrom>();
        for (var index = 0; index < from.Length; index++)
        {
            if (from[index] != TFrom.Zero && from[index] != TFrom.One)
                throw new TensorException($"Element {index} of '{tensor.Name}' is {from[index]}; the model wants BOOL, 0 or 1.");
            bytes[index] = from[index] == TFrom.One ? (byte)1 : (byte)0;
        }
    }
}
