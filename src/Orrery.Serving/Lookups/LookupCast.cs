using System.Text;
using Orrery.Features;

namespace Orrery.Serving;

/// <summary>Adds a feature's value to a tensor, as the same value in JSON would be: numbers are rounded to the floats that the model takes, and nothing else is lost.</summary>
internal static class LookupCast
{
    private const double Exact = 1L << 53;

    /// <summary>Adds it; false when it does not fit.</summary>
    public static bool TryAdd(Tensor tensor, LookupKind kind, in LookupValue value)
    {
        var number = kind is LookupKind.Number ? value.Number : value.Whole;
        switch (tensor.Type)
        {
            case DataType.BYTES:
                tensor.AddText(Encoding.UTF8.GetBytes(value.Text!));
                return true;
            case DataType.FP64:
                tensor.Add(number);
                return true;
            case DataType.FP32:
                tensor.Add((float)number);
                return true;
            case DataType.FP16:
                tensor.Add((Half)number);
                return true;
        }

        if (kind is LookupKind.Number && (!(Math.Abs(value.Number) < Exact) || value.Number != Math.Floor(value.Number)))
            return false;
        return TryAddWhole(tensor, kind is LookupKind.Number ? (long)value.Number : value.Whole);
    }

    public static void AddNaN(Tensor tensor)
    {
        if (tensor.Type is DataType.FP64)
            tensor.Add(double.NaN);
        else if (tensor.Type is DataType.FP32)
            tensor.Add(float.NaN);
        else
            tensor.Add(Half.NaN);
    }

    private static bool TryAddWhole(Tensor tensor, long value)
    {
        switch (tensor.Type)
        {
            case DataType.INT64:
                tensor.Add(value);
                return true;
            case DataType.INT32 when value is >= int.MinValue and <= int.MaxValue:
                tensor.Add((int)value);
                return true;
            case DataType.INT16 when value is >= short.MinValue and <= short.MaxValue:
                tensor.Add((short)value);
                return true;
            case DataType.INT8 when value is >= sbyte.MinValue and <= sbyte.MaxValue:
                tensor.Add((sbyte)value);
                return true;
            case DataType.UINT64 when value >= 0:
                tensor.Add((ulong)value);
                return true;
            case DataType.UINT32 when value is >= 0 and <= uint.MaxValue:
                tensor.Add((uint)value);
                return true;
            case DataType.UINT16 when value is >= 0 and <= ushort.MaxValue:
                tensor.Add((ushort)value);
                return true;
            case DataType.UINT8 when value is >= 0 and <= byte.MaxValue:
            case DataType.BOOL when value is 0 or 1:
                tensor.Add((byte)value);
                return true;
            default:
                return false;
        }
    }
}
