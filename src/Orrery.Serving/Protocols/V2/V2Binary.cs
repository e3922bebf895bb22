using System.Buffers.Binary;

namespace Orrery.Serving;

/// <summary>The bytes after a request's JSON, taken tensor after tensor.</summary>
internal struct V2Binary(ReadOnlyMemory<byte> bytes, bool isAnnounced)
{
    private ReadOnlyMemory<byte> _left = bytes;

    /// <summary>Gives a tensor its part.</summary>
    /// <exception cref="TensorException">The size does not agree with the shape, or there are not so many bytes.</exception>
    public void Take(Tensor tensor, long size)
    {
        if (!isAnnounced)
            throw new TensorException($"Input '{tensor.Name}' has binary data, and the header Inference-Header-Content-Length is missing.");
        if (size > _left.Length)
            throw new TensorException($"Input '{tensor.Name}' has {size} bytes of binary data, and {_left.Length} are left in the body.");
        var part = _left[..(int)size];
        _left = _left[(int)size..];
        Give(tensor, part);
    }

    /// <summary>Gives a tensor its elements where they lie.</summary>
    /// <exception cref="TensorException">They do not agree with the shape.</exception>
    public static void Give(Tensor tensor, ReadOnlyMemory<byte> bytes)
    {
        if (tensor.Type is DataType.BYTES)
            ReadTexts(tensor, bytes.Span);
        else if (bytes.Length != tensor.Count * tensor.Type.Width())
            throw new TensorException($"Input '{tensor.Name}' has {bytes.Length} bytes; {tensor.Type} of {tensor.Count} elements has {tensor.Count * tensor.Type.Width()}.");
        else if (tensor.Type is DataType.BOOL && bytes.Span.IndexOfAnyExceptInRange((byte)0, (byte)1) is >= 0 and var wrong)
            throw new TensorException($"Element {wrong} of '{tensor.Name}' is {bytes.Span[wrong]}; it must be of BOOL, 0 or 1.");
        else
            tensor.Borrow(bytes);
    }

    /// <summary>All bytes were taken.</summary>
    /// <exception cref="TensorException">Some are left.</exception>
    public readonly void End()
    {
        if (!_left.IsEmpty)
            throw new TensorException($"The body has {_left.Length} bytes more than its tensors.");
    }

    /// <summary>Texts, each after its length in four bytes, little endian.</summary>
    public static void ReadTexts(Tensor tensor, ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (bytes.Length < 4 || BinaryPrimitives.ReadUInt32LittleEndian(bytes) > bytes.Length - 4)
                throw new TensorException($"The binary data of '{tensor.Name}' ends in the middle of element {tensor.Texts}.");
            var length = (int)BinaryPrimitives.ReadUInt32LittleEndian(bytes);
            tensor.AddText(bytes.Slice(4, length));
            bytes = bytes[(4 + length)..];
        }
    }
}
