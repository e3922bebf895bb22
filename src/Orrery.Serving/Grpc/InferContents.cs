namespace Orrery.Serving;

/// <summary>Reads <c>InferTensorContents</c>: a tensor's elements, in the one field that its type has them in. Lists may be packed or not.</summary>
internal static class InferContents
{
    private static readonly string[] Fields =
        ["", "bool_contents", "int_contents", "int64_contents", "uint_contents", "uint64_contents", "fp32_contents", "fp64_contents", "bytes_contents"];

    /// <summary>Number of the field that elements of a type are in; 0 for those that are raw only.</summary>
    public static int Field(DataType type) => type switch
    {
        DataType.BOOL => 1,
        DataType.INT8 or DataType.INT16 or DataType.INT32 => 2,
        DataType.INT64 => 3,
        DataType.UINT8 or DataType.UINT16 or DataType.UINT32 => 4,
        DataType.UINT64 => 5,
        DataType.FP32 => 6,
        DataType.FP64 => 7,
        DataType.BYTES => 8,
        _ => 0,
    };

    /// <summary>Adds the elements.</summary>
    /// <exception cref="TensorException">They are in another field, do not fit, or are more than the shape has.</exception>
    public static void Read(ReadOnlySpan<byte> message, Tensor tensor)
    {
        var own = Field(tensor.Type);
        var reader = new ProtoReader(message);
        while (reader.Next(out var field, out var type))
        {
            if (field >= Fields.Length)
                reader.Skip(type);
            else if (own == 0)
                throw new TensorException($"Input '{tensor.Name}' is of {tensor.Type}, which goes in raw_input_contents only.");
            else if (field != own)
                throw new TensorException($"Input '{tensor.Name}' is of {tensor.Type}, which goes in {Fields[own]}, not {Fields[field]}.");
            else
                ReadField(ref reader, type, tensor);
            if (tensor.Elements > tensor.Count)
                throw TooMany(tensor);
        }
    }

    private static void ReadField(ref ProtoReader reader, WireType type, Tensor tensor)
    {
        var single = tensor.Type switch
        {
            DataType.FP32 => WireType.Fixed32,
            DataType.FP64 => WireType.Fixed64,
            DataType.BYTES => WireType.Bytes,
            _ => WireType.Varint,
        };
        if (single is WireType.Bytes && type is WireType.Bytes)
            tensor.AddText(reader.Bytes());
        else if (type == single)
            ReadOne(ref reader, tensor);
        else if (type is WireType.Bytes)
            ReadPacked(reader.Bytes(), tensor);
        else
            ProtoReader.Expect(type, single, Fields[Field(tensor.Type)]);
    }

    private static void ReadPacked(ReadOnlySpan<byte> packed, Tensor tensor)
    {
        if (tensor.Type is DataType.FP32 or DataType.FP64)
        {
            if (packed.Length % tensor.Type.Width() != 0)
                throw new TensorException($"The {Fields[Field(tensor.Type)]} of input '{tensor.Name}' end in the middle of an element.");
            if (tensor.Elements + (packed.Length / tensor.Type.Width()) > tensor.Count)
                throw TooMany(tensor);
            packed.CopyTo(tensor.Append(packed.Length));
            return;
        }

        var reader = new ProtoReader(packed);
        while (!reader.IsAtEnd)
        {
            if (tensor.Elements == tensor.Count)
                throw TooMany(tensor);
            ReadOne(ref reader, tensor);
        }
    }

    private static void ReadOne(ref ProtoReader reader, Tensor tensor)
    {
        switch (tensor.Type)
        {
            case DataType.FP32:
                tensor.Add(reader.Fixed32());
                break;
            case DataType.FP64:
                tensor.Add(reader.Fixed64());
                break;
            case DataType.BOOL:
                tensor.Add(reader.Varint() == 0 ? (byte)0 : (byte)1);
                break;
            case DataType.INT64 or DataType.UINT64:
                tensor.Add(reader.Varint());
                break;
            case DataType.INT32:
                tensor.Add((int)reader.Varint());
                break;
            case DataType.UINT32:
                tensor.Add((uint)reader.Varint());
                break;
            case DataType.INT16:
                tensor.Add((short)Within(tensor, (int)reader.Varint(), short.MinValue, short.MaxValue));
                break;
            case DataType.INT8:
                tensor.Add((sbyte)Within(tensor, (int)reader.Varint(), sbyte.MinValue, sbyte.MaxValue));
                break;
            case DataType.UINT16:
                tensor.Add((ushort)Within(tensor, (uint)reader.Varint(), 0, ushort.MaxValue));
                break;
            default:
                tensor.Add((byte)Within(tensor, (uint)reader.Varint(), 0, byte.MaxValue));
                break;
        }
    }

    private static long Within(Tensor tensor, long value, long least, long most) => value >= least && value <= most
        ? value
        : throw new TensorException($"Element {tensor.Elements} of '{tensor.Name}' is {value}; it must be of {tensor.Type} ({least} to {most}).");

    private static TensorException TooMany(Tensor tensor) =>
        new($"Input '{tensor.Name}' has more elements than its shape [{string.Join(',', tensor.Shape.ToArray())}], which has {tensor.Count}.");
}
