using System.Buffers.Binary;

namespace Orrery.Serving;

/// <summary>A request's part of what a worker answered.</summary>
/// <param name="Body">The tensors, of all requests of the call.</param>
/// <param name="Tensors">How many.</param>
/// <param name="Start">The request's first row.</param>
/// <param name="Rows">Its rows; -1 when the call was for it alone.</param>
internal readonly record struct PythonAnswer(byte[] Body, int Tensors, long Start, long Rows)
{
    /// <summary>Whether each tensor has one row for each row that was asked for.</summary>
    public static bool CanBeSplit(byte[] body, int tensors, long rows)
    {
        var reader = new PythonFrame.Reader(body);
        for (var index = 0; index < tensors; index++)
        {
            reader.Next();
            if (reader.Rank == 0 || reader.Size(0) != rows)
                return false;
        }

        return true;
    }

    /// <summary>Adds the outputs to the call.</summary>
    public void Take(InferenceCall call)
    {
        var reader = new PythonFrame.Reader(Body);
        for (var index = 0; index < Tensors; index++)
        {
            reader.Next();
            if (Name(call, reader.Name) is { } name)
                Take(ref reader, call.Outputs.Add(), name);
        }
    }

    private void Take(ref PythonFrame.Reader reader, Tensor tensor, string name)
    {
        (tensor.Name, tensor.Type) = (name, reader.Type);
        Span<long> shape = stackalloc long[reader.Rank];
        long inner = 1;
        for (var dimension = 0; dimension < shape.Length; dimension++)
        {
            shape[dimension] = dimension == 0 && Rows >= 0 ? Rows : reader.Size(dimension);
            inner *= dimension == 0 ? 1 : shape[dimension];
        }

        tensor.SetShape(shape);
        var start = (int)(Start * inner);
        if (reader.Type is DataType.BYTES)
        {
            TakeTexts(reader.Data, start, tensor);
            return;
        }

        var width = reader.Type.Width();
        var part = reader.Data.Slice(start * width, (int)tensor.Count * width);
        part.CopyTo(tensor.Append(part.Length));
    }

    private static void TakeTexts(ReadOnlySpan<byte> data, int start, Tensor tensor)
    {
        for (var index = 0; tensor.Texts < tensor.Count; index++)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(data);
            if (index >= start)
                tensor.AddText(data.Slice(4, length));
            data = data[(4 + length)..];
        }
    }

    // As the caller named it; null when it was not asked for.
    private static string? Name(InferenceCall call, string name)
    {
        if (call.Wanted.Count == 0)
            return name;
        foreach (var (wanted, _) in call.Wanted)
        {
            if (PythonMethods.Own(wanted) == name)
                return wanted;
        }

        return null;
    }
}
