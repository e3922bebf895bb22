namespace Orrery.Serving;

/// <summary>Requests of the binary tensor extension without JSON: the whole body is the model's only input, and all outputs come back binary.</summary>
internal static class V2Raw
{
    /// <summary>Reads a body.</summary>
    /// <exception cref="TensorException">The model has several inputs or open sizes, or the body does not fit.</exception>
    public static void Read(ReadOnlyMemory<byte> body, ModelDeclaration model, InferenceCall call)
    {
        if (model.Inputs.Count != 1)
            throw new TensorException($"A body without JSON (Inference-Header-Content-Length 0) is for models of one input; this has {model.Inputs.Count}.");
        var declared = model.Inputs[0];
        var tensor = call.Inputs.Add();
        (tensor.Name, tensor.Type) = (declared.Name, declared.Type);
        call.BinaryOutputs = true;
        if (declared.Type is DataType.BYTES)
        {
            // One element, whose bytes are the body.
            long[] one = [.. declared.Shape.Select(static size => Math.Abs(size))];
            tensor.SetShape(one.All(static size => size == 1) ? one : throw new TensorException($"Input '{declared.Name}' ({declared}) is not one text, which a body without JSON can be."));
            tensor.AddText(body.Span);
            return;
        }

        tensor.SetShape(Shape(declared, body.Length));
        V2Binary.Give(tensor, body);
    }

    private static long[] Shape(ModelTensor declared, int bytes)
    {
        if (declared.Shape.Count(static size => size < 0) > 1)
            throw new TensorException($"Input '{declared.Name}' ({declared}) has more than one open size, which a body without JSON cannot tell.");
        var known = declared.Type.Width();
        foreach (var size in declared.Shape.Where(static size => size >= 0))
            known = (int)Math.Min(int.MaxValue, (long)known * size);
        if (known == 0 || bytes % known != 0)
            throw new TensorException($"The body has {bytes} bytes; input '{declared.Name}' ({declared}) takes a multiple of {known}.");
        return [.. declared.Shape.Select(size => size < 0 ? bytes / known : size)];
    }
}
