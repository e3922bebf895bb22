using System.Buffers;
using System.Text.Json;

namespace Orrery.Serving;

/// <summary>The Open Inference Protocol towards an endpoint.</summary>
/// <param name="inputs">As the endpoint declares them; empty when it does not say.</param>
/// <param name="isBinary">Whether it takes and gives binary tensors.</param>
internal sealed class RemoteV2(IReadOnlyList<ModelTensor> inputs, bool isBinary) : RemoteProtocol
{
    private static readonly JsonReaderOptions Options = new() { MaxDepth = 40 };

    public override RemoteBody Write(InferenceCall call)
    {
        var given = RemoteInputs.Take(call, inputs, cast: true);
        var output = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(output, new JsonWriterOptions { SkipValidation = true }))
            WriteJson(json, given, call);
        if (!isBinary)
            return new(output.WrittenMemory, null);
        var length = output.WrittenCount;
        foreach (var (_, tensor) in given)
            TensorWriting.WriteBinary(output, tensor);
        return new(output.WrittenMemory, length);
    }

    public override void Read(in RemoteAnswer answer, InferenceCall call)
    {
        try
        {
            ReadBody(answer, call);
        }
        catch (InvalidOperationException)
        {
            throw new TensorException("It has a text that is no UTF-8, or half of a surrogate pair.");
        }

        foreach (var (name, _) in call.Wanted)
        {
            if (call.Outputs.Find(name) is null)
                throw new TensorException($"It has no output '{name}', which was asked for.");
        }

        if (call.Outputs.Count == 0)
            throw new TensorException("It has no outputs.");
    }

    private void WriteJson(Utf8JsonWriter json, IReadOnlyList<(string Name, Tensor Tensor)> given, InferenceCall call)
    {
        json.WriteStartObject();
        if (call.Id is { } id)
            json.WriteString("id"u8, id);
        json.WriteStartArray("inputs"u8);
        foreach (var (name, tensor) in given)
            WriteInput(json, name, tensor);
        json.WriteEndArray();
        if (call.Wanted.Count > 0)
        {
            json.WriteStartArray("outputs"u8);
            foreach (var name in call.Wanted.Select(static wanted => wanted.Name).Distinct())
            {
                json.WriteStartObject();
                json.WriteString("name"u8, name);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        if (isBinary)
        {
            json.WriteStartObject("parameters"u8);
            json.WriteBoolean("binary_data_output"u8, true);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private void WriteInput(Utf8JsonWriter json, string name, Tensor tensor)
    {
        if (!isBinary && tensor.Type is DataType.FP16 or DataType.BF16)
            throw new TensorException($"Input '{name}' is of {tensor.Type}, which has no form in JSON, and the endpoint takes no binary tensors.");
        V2Writer.WriteTensor(json, name, tensor, isBinary);
    }

    private static void ReadBody(in RemoteAnswer answer, InferenceCall call)
    {
        var body = answer.Bytes;
        if (answer.JsonLength > body.Length)
            throw new TensorException($"Inference-Header-Content-Length is {answer.JsonLength}, and the body has {body.Length} bytes.");
        var binary = new V2Binary(body[(answer.JsonLength ?? body.Length)..], answer.JsonLength is not null);
        var json = new Utf8JsonReader(body.Span[..(answer.JsonLength ?? body.Length)], Options);
        if (!json.Read() || json.TokenType is not JsonTokenType.StartObject)
            throw new TensorException("It is no JSON object with 'outputs'.");
        while (json.Read() && json.TokenType is JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("outputs"u8))
                ReadOutputs(ref json, call, ref binary);
            else
                V2Text.Skip(ref json);
        }

        while (json.Read())
        {
        }

        binary.End();
    }

    private static void ReadOutputs(ref Utf8JsonReader json, InferenceCall call, ref V2Binary binary)
    {
        if (!json.Read() || json.TokenType is not JsonTokenType.StartArray)
            throw new TensorException("'outputs' is no list of tensors.");
        var unwanted = new Tensor();
        var index = 0;
        for (; json.Read() && json.TokenType is not JsonTokenType.EndArray; index++)
        {
            if (json.TokenType is not JsonTokenType.StartObject)
                throw new TensorException($"Output {index} is no object with name, shape, datatype and data.");
            // Read before it is known by its name whether it was asked for.
            unwanted.Reset();
            ReadOutput(ref json, unwanted, index, ref binary);
            if (call.Outputs.Find(unwanted.Name) is not null)
                throw new TensorException($"The output '{unwanted.Name}' is there twice.");
            if (call.Wanted.Count == 0 || call.Wanted.Any(wanted => wanted.Name == unwanted.Name))
                call.Outputs.Add().CopyFrom(unwanted);
        }
    }

    private static void ReadOutput(ref Utf8JsonReader json, Tensor tensor, int index, ref V2Binary binary)
    {
        try
        {
            V2Reader.ReadTensor(ref json, tensor, index, ref binary);
        }
        catch (TensorException wrong)
        {
            // The same reader as for requests, where tensors are inputs.
            throw new TensorException(wrong.Message.Replace("Input ", "Output ", StringComparison.Ordinal).Replace("of input ", "of output ", StringComparison.Ordinal));
        }
    }
}
