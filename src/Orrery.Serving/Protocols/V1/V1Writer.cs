using System.Buffers;
using System.Text.Json;

namespace Orrery.Serving;

/// <summary>Writes answers of the V1 protocol: <c>{"predictions": [...]}</c>.</summary>
internal static class V1Writer
{
    /// <summary>Writes a model's only output as <c>ndarray.tolist()</c> would; several as an object a row.</summary>
    public static void Write(IBufferWriter<byte> output, Utf8JsonWriter json, InferenceCall call)
    {
        json.Reset(output);
        Write(json, call);
        json.Flush();
    }

    /// <summary>Writes the answer where the writer is.</summary>
    public static void Write(Utf8JsonWriter json, InferenceCall call)
    {
        json.WriteStartObject();
        json.WritePropertyName("predictions"u8);
        if (call.Outputs.Count == 1)
            WriteOnly(json, call.Outputs[0]);
        else
            WriteRows(json, call.Outputs);
        json.WriteEndObject();
    }

    private static void WriteOnly(Utf8JsonWriter json, Tensor tensor)
    {
        // One number for everything is a list of one.
        if (tensor.Rank == 0)
            TensorWriting.WriteFlat(json, tensor);
        else
            TensorWriting.WriteNested(json, tensor, level: 0, start: 0);
    }

    private static void WriteRows(Utf8JsonWriter json, TensorList outputs)
    {
        var rows = outputs[0].Rows;
        for (var index = 1; index < outputs.Count; index++)
        {
            if (outputs[index].Rows != rows)
                throw new ModelException("The model's outputs differ in their number of rows; ask for one of them, or use the V2 protocol.");
        }

        json.WriteStartArray();
        for (var row = 0; row < rows; row++)
        {
            json.WriteStartObject();
            for (var index = 0; index < outputs.Count; index++)
            {
                json.WritePropertyName(outputs[index].Name);
                if (outputs[index].Rank == 0)
                    TensorWriting.WriteRange(json, outputs[index], 0, 1);
                else
                    TensorWriting.WriteNested(json, outputs[index], level: 1, start: row * (int)(outputs[index].Count / rows));
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
