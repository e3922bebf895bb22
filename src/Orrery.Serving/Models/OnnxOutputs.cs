using Orrery.Native;

namespace Orrery.Serving;

/// <summary>Takes what ONNX Runtime gave over into tensors of the answer.</summary>
internal static class OnnxOutputs
{
    /// <exception cref="ModelException">It is neither a tensor nor maps of numbers.</exception>
    public static void Take(OnnxValue value, OnnxValueInfo declared, Tensor tensor)
    {
        tensor.Name = declared.Name;
        switch (value.Kind)
        {
            case OnnxValueKind.Tensor:
                TakeTensor(value, tensor);
                break;
            case OnnxValueKind.Sequence:
                TakeMaps(value, tensor);
                break;
            default:
                throw new ModelException($"Output '{declared.Name}' is {declared}; tensors and ZipMap's maps can be served.");
        }
    }

    private static void TakeTensor(OnnxValue value, Tensor tensor)
    {
        tensor.Type = (DataType)(int)value.Type;
        tensor.SetShape(value.Shape);
        if (value.Type is not OnnxElementType.String)
        {
            var bytes = value.Bytes;
            bytes.CopyTo(tensor.Append(bytes.Length));
            return;
        }

        for (var text = 0; text < tensor.Count; text++)
            tensor.AddText(value.Utf8(text));
    }

    // A map a row, all with the same keys in the same order, as ZipMap makes them.
    private static void TakeMaps(OnnxValue rows, Tensor tensor)
    {
        var classes = 0L;
        tensor.Type = DataType.FP32;
        for (var row = 0; row < rows.Count; row++)
        {
            var values = rows.Element(row) is { Kind: OnnxValueKind.Map } map ? map.Element(1) : throw new ModelException($"Output '{tensor.Name}' is a sequence of something else than maps.");
            if (values.Type is not OnnxElementType.Float || (row > 0 && values.Count != classes))
                throw new ModelException($"Output '{tensor.Name}' has maps that differ, or values that are no FP32.");
            classes = values.Count;
            values.Bytes.CopyTo(tensor.Append(values.Bytes.Length));
        }

        tensor.SetShape([rows.Count, classes]);
    }
}
