namespace Orrery.Serving;

/// <summary>Reads <c>ModelInferRequest</c>. Raw contents stay where they lie: the message is pinned and stays until the call ends.</summary>
internal static class InferRequestReader
{
    /// <summary>Reads a message.</summary>
    /// <param name="message">All of it.</param>
    /// <param name="call">Takes it; its outputs are binary when the inputs were raw.</param>
    /// <returns>Name and version of the model.</returns>
    /// <exception cref="TensorException">The message is wrong.</exception>
    public static (string Model, string Version) Read(ReadOnlyMemory<byte> message, InferenceCall call)
    {
        var (model, version) = ("", "");
        var raw = 0;
        var reader = new ProtoReader(message.Span);
        while (reader.Next(out var field, out var type))
        {
            switch (field)
            {
                case 1:
                    model = reader.Text(type, "model_name");
                    break;
                case 2:
                    version = reader.Text(type, "model_version");
                    break;
                case 3:
                    call.Id = reader.Text(type, "id") is { Length: > 0 } id ? id : null;
                    break;
                case 5:
                    ProtoReader.Expect(type, WireType.Bytes, "inputs");
                    ReadInput(reader.Bytes(), call.Inputs);
                    break;
                case 6:
                    ProtoReader.Expect(type, WireType.Bytes, "outputs");
                    ReadOutput(reader.Bytes(), call);
                    break;
                case 7:
                    ProtoReader.Expect(type, WireType.Bytes, "raw_input_contents");
                    reader.Bytes();
                    raw++;
                    break;
                default:
                    reader.Skip(type);
                    break;
            }
        }

        if (call.Inputs.Count == 0)
            throw new TensorException("The request has no inputs.");
        call.BinaryOutputs = raw > 0;
        if (raw > 0)
            ReadRaw(message, call.Inputs, raw);
        for (var index = 0; index < call.Inputs.Count; index++)
            Check(call.Inputs[index]);
        return (model, version);
    }

    // After everything else: fields may come in any order.
    private static void ReadRaw(ReadOnlyMemory<byte> message, TensorList inputs, int count)
    {
        if (count != inputs.Count)
            throw new TensorException($"The request has {inputs.Count} inputs and {count} raw_input_contents; there must be one for each.");
        var index = 0;
        var reader = new ProtoReader(message.Span);
        while (reader.Next(out var field, out var type))
        {
            if (field != 7)
            {
                reader.Skip(type);
                continue;
            }

            var length = reader.Bytes().Length;
            var tensor = inputs[index++];
            if (tensor.Elements > 0)
                throw new TensorException($"Input '{tensor.Name}' has contents, and the request has raw_input_contents; give one of them.");
            V2Binary.Give(tensor, message.Slice(reader.At - length, length));
        }
    }

    private static void ReadInput(ReadOnlySpan<byte> message, TensorList inputs)
    {
        var tensor = inputs.Add();
        Span<long> sizes = stackalloc long[Tensor.LargestRank];
        var (rank, hasContents) = (0, false);
        var reader = new ProtoReader(message);
        while (reader.Next(out var field, out var type))
        {
            switch (field)
            {
                case 1:
                    tensor.Name = reader.Text(type, "inputs.name");
                    break;
                case 2:
                    ProtoReader.Expect(type, WireType.Bytes, "inputs.datatype");
                    tensor.Type = Parse(reader.Bytes(), tensor);
                    break;
                case 3:
                    ReadShape(ref reader, type, tensor, sizes, ref rank);
                    break;
                case 5:
                    ProtoReader.Expect(type, WireType.Bytes, "inputs.contents");
                    reader.Bytes();
                    hasContents = true;
                    break;
                default:
                    reader.Skip(type);
                    break;
            }
        }

        if (tensor.Name.Length == 0)
            throw new TensorException($"Input {inputs.Count - 1} has no name.");
        if (tensor.Type is DataType.None)
            throw new TensorException($"Input '{tensor.Name}' has no datatype.");
        tensor.SetShape(sizes[..rank]);
        if (hasContents)
            ReadContents(message, tensor);
    }

    private static DataType Parse(ReadOnlySpan<byte> name, Tensor tensor) => DataTypes.Parse(name) is var type and not DataType.None
        ? type
        : throw new TensorException($"The datatype of input '{tensor.Name}' is '{System.Text.Encoding.UTF8.GetString(name[..Math.Min(name.Length, 60)])}'; it must be one of {string.Join(", ", DataTypes.All)}.");

    private static void ReadShape(ref ProtoReader reader, WireType type, Tensor tensor, scoped Span<long> sizes, ref int rank)
    {
        if (type is WireType.Varint)
        {
            Add(tensor, sizes, ref rank, reader.Varint());
            return;
        }

        ProtoReader.Expect(type, WireType.Bytes, "inputs.shape");
        var packed = new ProtoReader(reader.Bytes());
        while (!packed.IsAtEnd)
            Add(tensor, sizes, ref rank, packed.Varint());
    }

    private static void Add(Tensor tensor, scoped Span<long> sizes, ref int rank, ulong size)
    {
        if (rank == sizes.Length)
            throw new TensorException($"Input '{tensor.Name}' has more than {sizes.Length} dimensions.");
        sizes[rank++] = (long)size;
    }

    // When type and shape are known.
    private static void ReadContents(ReadOnlySpan<byte> message, Tensor tensor)
    {
        var reader = new ProtoReader(message);
        while (reader.Next(out var field, out var type))
        {
            if (field == 5)
                InferContents.Read(reader.Bytes(), tensor);
            else
                reader.Skip(type);
        }
    }

    private static void ReadOutput(ReadOnlySpan<byte> message, InferenceCall call)
    {
        var name = "";
        var reader = new ProtoReader(message);
        while (reader.Next(out var field, out var type))
        {
            if (field == 1)
                name = reader.Text(type, "outputs.name");
            else
                reader.Skip(type);
        }

        call.Want(name.Length > 0 ? name : throw new TensorException("An output has no name."), binary: null);
    }

    private static void Check(Tensor tensor)
    {
        if (tensor.Elements != tensor.Count)
            throw new TensorException($"Input '{tensor.Name}' has {tensor.Elements} elements; its shape [{string.Join(',', tensor.Shape.ToArray())}] has {tensor.Count}.");
    }
}
