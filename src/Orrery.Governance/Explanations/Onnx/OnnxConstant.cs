using System.Buffers.Binary;

namespace Orrery.Governance;

/// <summary>A constant tensor of numbers.</summary>
/// <param name="Name">In the graph.</param>
/// <param name="Type">Number of the elements' type in ONNX: 1 float, 7 int64, 11 double.</param>
/// <param name="Shape">Sizes; none for one number.</param>
/// <param name="Values">Row after row; null where they are not numbers, or lie in another file.</param>
internal sealed record OnnxConstant(string Name, int Type, IReadOnlyList<long> Shape, double[]? Values)
{
    public const int Float = 1;
    public const int Double = 11;

    private const int Int64 = 7;
    private const int Int32 = 6;

    public static OnnxConstant Read(ReadOnlySpan<byte> message)
    {
        var (name, type, isOutside) = ("", 0, false);
        var shape = new List<long>();
        var (numbers, wholes) = (new List<double>(), new List<long>());
        ReadOnlySpan<byte> raw = default;
        var wire = new OnnxWire(message);
        while (wire.Next(out var field))
        {
            switch (field)
            {
                case 1: wire.Wholes(shape); break;
                case 2: type = (int)wire.Whole(); break;
                case 4: wire.Singles(numbers); break;
                case 5 or 7: wire.Wholes(wholes); break;
                case 8: name = wire.Text(); break;
                case 9: raw = wire.Bytes(); break;
                case 10: wire.Doubles(numbers); break;
                case 14: isOutside = wire.Whole() != 0; break;
                default: wire.Skip(); break;
            }
        }

        var values = isOutside ? null : raw.Length > 0 ? Raw(type, raw) : type is Float or Double ? [.. numbers] : type is Int64 or Int32 ? [.. wholes.Select(static one => (double)one)] : null;
        return new(name, type, shape, values);
    }

    private static double[]? Raw(int type, ReadOnlySpan<byte> raw)
    {
        var width = type switch { Float or Int32 => 4, Double or Int64 => 8, _ => 0 };
        if (width == 0 || raw.Length % width != 0)
            return null;
        var values = new double[raw.Length / width];
        for (var index = 0; index < values.Length; index++)
        {
            var one = raw[(index * width)..];
            values[index] = type switch
            {
                Float => BinaryPrimitives.ReadSingleLittleEndian(one),
                Double => BinaryPrimitives.ReadDoubleLittleEndian(one),
                Int64 => BinaryPrimitives.ReadInt64LittleEndian(one),
                _ => BinaryPrimitives.ReadInt32LittleEndian(one),
            };
        }

        return values;
    }
}
