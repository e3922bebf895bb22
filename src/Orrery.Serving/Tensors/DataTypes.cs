using System.Text;

namespace Orrery.Serving;

/// <summary>What is known of data types.</summary>
internal static class DataTypes
{
    /// <summary>All there are.</summary>
    public static readonly IReadOnlyList<DataType> All = [.. Enum.GetValues<DataType>().Where(static type => type is not DataType.None)];

    private static readonly (byte[] Utf8, DataType Type)[] Names = [.. All.Select(static type => (Encoding.ASCII.GetBytes(type.ToString()), type))];

    /// <summary>Bytes of an element; 0 for BYTES.</summary>
    public static int Width(this DataType type) => type switch
    {
        DataType.BOOL or DataType.UINT8 or DataType.INT8 => 1,
        DataType.UINT16 or DataType.INT16 or DataType.FP16 or DataType.BF16 => 2,
        DataType.FP32 or DataType.INT32 or DataType.UINT32 => 4,
        DataType.FP64 or DataType.INT64 or DataType.UINT64 => 8,
        _ => 0,
    };

    public static bool IsFloat(this DataType type) => type is DataType.FP16 or DataType.BF16 or DataType.FP32 or DataType.FP64;

    /// <summary>Name on the wire, in UTF-8.</summary>
    public static ReadOnlySpan<byte> Utf8(this DataType type)
    {
        foreach (var (utf8, known) in Names)
        {
            if (known == type)
                return utf8;
        }

        return "NONE"u8;
    }

    /// <summary>The type of a name; <see cref="DataType.None"/> for none that is known.</summary>
    public static DataType Parse(ReadOnlySpan<byte> utf8)
    {
        foreach (var (name, type) in Names)
        {
            if (utf8.SequenceEqual(name))
                return type;
        }

        return DataType.None;
    }
}
