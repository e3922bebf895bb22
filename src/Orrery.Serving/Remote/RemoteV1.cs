using System.Buffers;
using System.Text.Json;

namespace Orrery.Serving;

/// <summary>KServe's V1 protocol towards an endpoint. It has neither types nor names: the version's signature gives them.</summary>
/// <param name="inputs">Of the signature; null for any.</param>
/// <param name="outputs">Of the signature, by name; numbers that it does not name are FP64.</param>
internal sealed class RemoteV1(IReadOnlyList<ModelTensor>? inputs, IReadOnlyDictionary<string, DataType> outputs) : RemoteProtocol
{
    /// <summary>Name of the output of models whose answers have none.</summary>
    public const string Output = "predictions";

    private static readonly JsonReaderOptions Options = new() { MaxDepth = 40 };

    public override RemoteBody Write(InferenceCall call)
    {
        var given = RemoteInputs.Take(call, inputs ?? [], cast: false);
        var rows = given[0].Tensor.Rows;
        foreach (var (name, tensor) in given)
        {
            if (tensor.Rank == 0 || tensor.Rows != rows)
                throw new TensorException($"Input '{name}' has the shape [{string.Join(',', tensor.Shape.ToArray())}]; the endpoint takes rows, as many of each input.");
        }

        var output = new ArrayBufferWriter<byte>(1024);
        using var json = new Utf8JsonWriter(output, new JsonWriterOptions { SkipValidation = true });
        json.WriteStartObject();
        json.WritePropertyName("instances"u8);
        if (given.Count == 1)
            TensorWriting.WriteNested(json, given[0].Tensor, level: 0, start: 0);
        else
            WriteRows(json, given, (int)rows);
        json.WriteEndObject();
        json.Flush();
        return new(output.WrittenMemory, null);
    }

    public override void Read(in RemoteAnswer answer, InferenceCall call)
    {
        try
        {
            ReadBody(answer.Bytes.Span, call);
        }
        catch (InvalidOperationException)
        {
            throw new TensorException("It has a text that is no UTF-8, or half of a surrogate pair.");
        }

        Keep(call);
    }

    private static void WriteRows(Utf8JsonWriter json, IReadOnlyList<(string Name, Tensor Tensor)> given, int rows)
    {
        json.WriteStartArray();
        for (var row = 0; row < rows; row++)
        {
            json.WriteStartObject();
            foreach (var (name, tensor) in given)
            {
                json.WritePropertyName(name);
                var width = (int)(tensor.Count / rows);
                // A column of one is a value.
                if (width == 1)
                    TensorWriting.WriteRange(json, tensor, row, 1);
                else
                    TensorWriting.WriteNested(json, tensor, level: 1, start: row * width);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private void ReadBody(ReadOnlySpan<byte> body, InferenceCall call)
    {
        var json = new Utf8JsonReader(body, Options);
        if (!json.Read() || json.TokenType is not JsonTokenType.StartObject)
            throw new TensorException("It is no JSON object with 'predictions'.");
        while (json.Read() && json.TokenType is JsonTokenType.PropertyName)
        {
            if (!json.ValueTextEquals("predictions"u8))
            {
                V2Text.Skip(ref json);
                continue;
            }

            json.Read();
            call.Outputs.Reset();
            ReadPredictions(ref json, call);
        }

        while (json.Read())
        {
        }

        if (call.Outputs.Count == 0)
            throw new TensorException("It has no 'predictions'.");
    }

    private void ReadPredictions(ref Utf8JsonReader json, InferenceCall call)
    {
        if (json.TokenType is JsonTokenType.StartObject)
        {
            RemoteV1Rows.ReadColumns(ref json, outputs, call);
            return;
        }

        if (json.TokenType is not JsonTokenType.StartArray)
            throw new TensorException("'predictions' is no list.");
        var rows = call.Inputs[0].Rows;
        var first = json;
        if (first.Read() && first.TokenType is JsonTokenType.StartObject)
            RemoteV1Rows.ReadRows(ref json, outputs, call);
        else
            RemoteV1Rows.ReadOnly(ref json, outputs.Count == 1 ? outputs.Single() : new(Output, outputs.GetValueOrDefault(Output)), call);
        if (call.Outputs.Count > 0 && call.Outputs[0].Rows != rows)
            throw new TensorException($"It has {call.Outputs[0].Rows} predictions for {rows} instances.");
    }

    // What was asked for alone, in the order of the answer.
    private static void Keep(InferenceCall call)
    {
        if (call.Wanted.Count == 0)
            return;
        foreach (var (name, _) in call.Wanted)
        {
            if (call.Outputs.Find(name) is null)
                throw new TensorException($"It has no output '{name}', which was asked for.");
        }

        call.Outputs.Keep(tensor => call.Wanted.Any(wanted => wanted.Name == tensor.Name));
    }
}
