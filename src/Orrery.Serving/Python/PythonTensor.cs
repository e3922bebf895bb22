using System.Buffers.Binary;
using System.Text;

namespace Orrery.Serving;

/// <summary>An input of a request in the form that the worker reads: its rows can be followed by those of another request.</summary>
internal sealed class PythonTensor(string name, DataType type, long[] inner, byte[] data)
{
    public string Name => name;

    public byte[] Utf8 { get; } = Encoding.UTF8.GetBytes(name);

    public DataType Type => type;

    /// <summary>The shape after the rows.</summary>
    public long[] Inner => inner;

    public byte[] Data => data;

    /// <summary>Takes a tensor over.</summary>
    /// <param name="tensor">Of the request, with a dimension of rows.</param>
    /// <param name="name">As the model names it.</param>
    /// <param name="type">As the model wants it.</param>
    /// <exception cref="TensorException">Its values do not fit the type.</exception>
    public static PythonTensor Of(Tensor tensor, string name, DataType type)
    {
        if (tensor.Rank == 0)
            throw new TensorException($"Input '{tensor.Name}' has no rows: its shape is [].");
        if (!TensorCast.Allows(tensor.Type, type))
            throw new TensorException($"Input '{tensor.Name}' is of {tensor.Type}; the model wants {type}.");
        return new(name, type, tensor.Shape[1..].ToArray(), type is DataType.BYTES ? Texts(tensor) : Numbers(tensor, type));
    }

    /// <summary>Whether the rows of another can follow.</summary>
    public bool Fits(PythonTensor other) => type == other.Type && name == other.Name && inner.AsSpan().SequenceEqual(other.Inner);

    private static byte[] Numbers(Tensor tensor, DataType type)
    {
        if (tensor.Type == type)
            return tensor.Bytes.ToArray();
        var bytes = new byte[checked((int)tensor.Count * type.Width())];
        TensorCast.Write(tensor, type, bytes);
        return bytes;
    }

    private static byte[] Texts(Tensor tensor)
    {
        var bytes = new byte[checked(tensor.Bytes.Length + (4 * tensor.Texts))];
        var at = 0;
        for (var index = 0; index < tensor.Texts; index++)
        {
            var text = tensor.Text(index);
            BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(at), text.Length);
            text.CopyTo(bytes.AsSpan(at + 4));
            at += 4 + text.Length;
        }

        return bytes;
    }
}
