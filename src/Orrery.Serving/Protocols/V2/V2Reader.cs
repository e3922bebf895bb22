using System.Text;
using System.Text.Json;

namespace Orrery.Serving;

/// <summary>
/// Reads inference requests of the Open Inference Protocol (V2 REST), with its binary tensor extension: JSON, then the bytes of those tensors that have
/// <c>binary_data_size</c>, in their order. The body is pinned and stays until the call ends.
/// </summary>
internal static class V2Reader
{
    private static readonly JsonReaderOptions Options = new() { MaxDepth = 40 };

    /// <summary>Reads a body.</summary>
    /// <param name="body">All of it.</param>
    /// <param name="jsonLength">Bytes of the JSON, from the header <c>Inference-Header-Content-Length</c>; null without one.</param>
    /// <param name="call">Takes it.</param>
    /// <exception cref="TensorException">The request is wrong.</exception>
    /// <exception cref="JsonException">The JSON is broken.</exception>
    public static void Read(ReadOnlyMemory<byte> body, int? jsonLength, InferenceCall call)
    {
        try
        {
            ReadBody(body, jsonLength, call);
        }
        catch (InvalidOperationException)
        {
            throw V2Text.NoText();
        }
    }

    private static void ReadBody(ReadOnlyMemory<byte> body, int? jsonLength, InferenceCall call)
    {
        if (jsonLength > body.Length || jsonLength < 0)
            throw new TensorException($"Inference-Header-Content-Length is {jsonLength}, and the body has {body.Length} bytes.");
        var binary = new V2Binary(body[(jsonLength ?? body.Length)..], jsonLength is not null);
        var json = new Utf8JsonReader(body.Span[..(jsonLength ?? body.Length)], Options);
        if (!json.Read() || json.TokenType is not JsonTokenType.StartObject)
            throw new TensorException("The request must be a JSON object with 'inputs'.");
        while (json.Read() && json.TokenType is JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("id"u8))
                call.Id = V2Text.String(ref json, "id");
            else if (json.ValueTextEquals("inputs"u8))
                ReadInputs(ref json, call, ref binary);
            else if (json.ValueTextEquals("outputs"u8))
                ReadOutputs(ref json, call);
            else if (json.ValueTextEquals("parameters"u8))
                call.BinaryOutputs = V2Parameters.Read(ref json).BinaryDataOutput ?? false;
            else
                V2Text.Skip(ref json);
        }

        // Anything after the object is refused by the reader itself.
        while (json.Read())
        {
        }

        if (call.Inputs.Count == 0)
            throw new TensorException("The request has no inputs; 'inputs' must be a list of tensors.");
        binary.End();
    }

    private static void ReadInputs(ref Utf8JsonReader json, InferenceCall call, ref V2Binary binary)
    {
        if (!json.Read() || json.TokenType is not JsonTokenType.StartArray)
            throw new TensorException("'inputs' must be a list of tensors.");
        while (json.Read() && json.TokenType is not JsonTokenType.EndArray)
        {
            if (json.TokenType is not JsonTokenType.StartObject)
                throw new TensorException($"Input {call.Inputs.Count} must be an object with name, shape, datatype and data.");
            ReadTensor(ref json, call.Inputs.Add(), call.Inputs.Count - 1, ref binary);
        }
    }

    /// <summary>Reads one tensor, from the token that begins its object to the one that ends it.</summary>
    internal static void ReadTensor(ref Utf8JsonReader json, Tensor tensor, int index, ref V2Binary binary)
    {
        Span<long> sizes = stackalloc long[Tensor.LargestRank];
        var rank = -1;
        var hasData = false;
        var later = default(Utf8JsonReader);
        var isLater = false;
        long? binarySize = null;
        while (json.Read() && json.TokenType is JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("name"u8))
                tensor.Name = V2Text.String(ref json, "name");
            else if (json.ValueTextEquals("datatype"u8))
                tensor.Type = ReadType(ref json, tensor);
            else if (json.ValueTextEquals("shape"u8))
                rank = ReadShape(ref json, tensor, sizes);
            else if (json.ValueTextEquals("parameters"u8))
                binarySize = V2Parameters.Read(ref json).BinaryDataSize;
            else if (json.ValueTextEquals("data"u8))
            {
                json.Read();
                hasData = true;
                if (tensor.Type is DataType.None)
                {
                    // The data stands before its type: it is read when the type is known.
                    later = json;
                    isLater = true;
                    json.Skip();
                }
                else
                {
                    tensor.Clear();
                    ArrayJson.ReadFlat(ref json, tensor, tensor.Type);
                }
            }
            else
                V2Text.Skip(ref json);
        }

        if (tensor.Name.Length == 0)
            throw new TensorException($"Input {index} has no name.");
        if (tensor.Type is DataType.None)
            throw new TensorException($"Input '{tensor.Name}' has no datatype.");
        if (rank < 0)
            throw new TensorException($"Input '{tensor.Name}' has no shape.");
        tensor.SetShape(sizes[..rank]);
        if (binarySize is { } size)
        {
            if (hasData)
                throw new TensorException($"Input '{tensor.Name}' has both 'data' and 'binary_data_size'; give one of them.");
            binary.Take(tensor, size);
        }
        else if (!hasData)
        {
            throw new TensorException($"Input '{tensor.Name}' has no data.");
        }
        else if (isLater)
        {
            ArrayJson.ReadFlat(ref later, tensor, tensor.Type);
        }

        if (tensor.Elements != tensor.Count)
            throw new TensorException($"Input '{tensor.Name}' has {tensor.Elements} elements; its shape [{string.Join(',', tensor.Shape.ToArray())}] has {tensor.Count}.");
    }

    private static DataType ReadType(ref Utf8JsonReader json, Tensor tensor)
    {
        if (!json.Read() || json.TokenType is not JsonTokenType.String)
            throw new TensorException($"The datatype of input '{tensor.Name}' must be a text.");
        var type = json.ValueIsEscaped || json.HasValueSequence ? DataTypes.Parse(Encoding.UTF8.GetBytes(json.GetString()!)) : DataTypes.Parse(json.ValueSpan);
        return type is not DataType.None
            ? type
            : throw new TensorException($"The datatype of input '{tensor.Name}' is '{json.GetString()}'; it must be one of {string.Join(", ", DataTypes.All)}.");
    }

    private static int ReadShape(ref Utf8JsonReader json, Tensor tensor, scoped Span<long> sizes)
    {
        if (!json.Read() || json.TokenType is not JsonTokenType.StartArray)
            throw new TensorException($"The shape of input '{tensor.Name}' must be a list of whole numbers.");
        var rank = 0;
        while (json.Read() && json.TokenType is not JsonTokenType.EndArray)
        {
            if (rank == sizes.Length)
                throw new TensorException($"Input '{tensor.Name}' has more than {sizes.Length} dimensions.");
            if (json.TokenType is not JsonTokenType.Number || !json.TryGetInt64(out sizes[rank++]))
                throw new TensorException($"The shape of input '{tensor.Name}' must be a list of whole numbers.");
        }

        return rank;
    }

    private static void ReadOutputs(ref Utf8JsonReader json, InferenceCall call)
    {
        json.Read();
        if (json.TokenType is JsonTokenType.Null)
            return;
        if (json.TokenType is not JsonTokenType.StartArray)
            throw new TensorException("'outputs' must be a list of objects with a name.");
        while (json.Read() && json.TokenType is not JsonTokenType.EndArray)
        {
            if (json.TokenType is not JsonTokenType.StartObject)
                throw new TensorException("'outputs' must be a list of objects with a name.");
            string? name = null;
            bool? binary = null;
            while (json.Read() && json.TokenType is JsonTokenType.PropertyName)
            {
                if (json.ValueTextEquals("name"u8))
                    name = V2Text.String(ref json, "name");
                else if (json.ValueTextEquals("parameters"u8))
                    binary = V2Parameters.Read(ref json).BinaryData;
                else
                    V2Text.Skip(ref json);
            }

            call.Want(name ?? throw new TensorException("An output has no name."), binary);
        }
    }
}
