using System.Buffers.Binary;
using System.Text;

namespace Orrery.Serving;

/// <summary>Frames between server and worker; <c>python/orrery_worker/frames.py</c> describes them.</summary>
internal static class PythonFrame
{
    public const int HeaderLength = 16;

    public const byte Hello = 1;
    public const byte Ready = 2;
    public const byte Refused = 3;
    public const byte Call = 4;
    public const byte Answer = 5;
    public const byte Wrong = 6;
    public const byte Failed = 7;

    private const int TensorHeaderLength = 16;

    public static void WriteHeader(Span<byte> at, byte kind, byte methods, int tensors, long length)
    {
        (at[0], at[1]) = (kind, methods);
        BinaryPrimitives.WriteUInt16LittleEndian(at[2..], (ushort)tensors);
        BinaryPrimitives.WriteUInt32LittleEndian(at[4..], 0);
        BinaryPrimitives.WriteInt64LittleEndian(at[8..], length);
    }

    /// <summary>Bytes of a tensor with so much data.</summary>
    public static int LengthOf(PythonTensor tensor, int data) => TensorHeaderLength + (8 * (tensor.Inner.Length + 1)) + Padded(tensor.Utf8.Length) + Padded(data);

    /// <summary>Writes a tensor's header, shape and name; its data, padded, comes after.</summary>
    /// <returns>Bytes written.</returns>
    public static int WriteTensor(Span<byte> at, PythonTensor tensor, long rows, int data)
    {
        (at[0], at[1]) = ((byte)tensor.Type, (byte)(tensor.Inner.Length + 1));
        BinaryPrimitives.WriteUInt16LittleEndian(at[2..], (ushort)tensor.Utf8.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(at[4..], 0);
        BinaryPrimitives.WriteInt64LittleEndian(at[8..], data);
        BinaryPrimitives.WriteInt64LittleEndian(at[16..], rows);
        var place = 24;
        foreach (var size in tensor.Inner)
        {
            BinaryPrimitives.WriteInt64LittleEndian(at[place..], size);
            place += 8;
        }

        tensor.Utf8.CopyTo(at[place..]);
        var end = place + Padded(tensor.Utf8.Length);
        at[(place + tensor.Utf8.Length)..end].Clear();
        return end;
    }

    /// <summary>Length with what fills it up to a multiple of 8.</summary>
    public static int Padded(int length) => (length + 7) & ~7;

    /// <summary>Reads the tensors of an answer one after another.</summary>
    public ref struct Reader(ReadOnlySpan<byte> body)
    {
        private ReadOnlySpan<byte> _rest = body;
        private ReadOnlySpan<byte> _shape;

        public string Name { get; private set; } = "";

        public DataType Type { get; private set; }

        public int Rank { get; private set; }

        public ReadOnlySpan<byte> Data { get; private set; }

        /// <summary>A size of the shape.</summary>
        public readonly long Size(int dimension) => BinaryPrimitives.ReadInt64LittleEndian(_shape[(8 * dimension)..]);

        /// <summary>Goes to the next.</summary>
        /// <exception cref="ArgumentOutOfRangeException">The worker sent less than it said.</exception>
        public void Next()
        {
            var named = BinaryPrimitives.ReadUInt16LittleEndian(_rest[2..]);
            var length = checked((int)BinaryPrimitives.ReadInt64LittleEndian(_rest[8..]));
            (Type, Rank) = ((DataType)_rest[0], _rest[1]);
            _shape = _rest.Slice(TensorHeaderLength, 8 * Rank);
            var name = TensorHeaderLength + (8 * Rank);
            Name = Known(_rest.Slice(name, named));
            var data = name + Padded(named);
            Data = _rest.Slice(data, length);
            _rest = _rest[(data + Padded(length))..];
        }

        private static string Known(ReadOnlySpan<byte> utf8) => utf8.SequenceEqual("predict"u8) ? PythonMethods.Predict
            : utf8.SequenceEqual("predict_proba"u8) ? PythonMethods.Probabilities
            : Encoding.UTF8.GetString(utf8);
    }
}
