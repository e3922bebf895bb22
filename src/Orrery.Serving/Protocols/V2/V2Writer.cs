using System.Buffers;
using System.Text.Json;

namespace Orrery.Serving;

/// <summary>Writes inference answers of the Open Inference Protocol.</summary>
internal static class V2Writer
{
    /// <summary>Writes the answer: JSON, and after it the outputs that go out as binary data.</summary>
    /// <param name="output">Takes it.</param>
    /// <param name="json">To be used for it; begun anew here.</param>
    /// <param name="model">Name that was asked for.</param>
    /// <param name="version">Of the model that answered.</param>
    /// <param name="id">The request's, or the prediction's.</param>
    /// <param name="call">With its outputs.</param>
    /// <returns>Bytes of the JSON when binary data follows; else null.</returns>
    public static int? Write(ArrayBufferWriter<byte> output, Utf8JsonWriter json, string model, string version, string id, InferenceCall call)
    {
        json.Reset(output);
        json.WriteStartObject();
        json.WriteString("model_name"u8, model);
        json.WriteString("model_version"u8, version);
        json.WriteString("id"u8, id);
        json.WriteStartArray("outputs"u8);
        var isBinary = false;
        for (var index = 0; index < call.Outputs.Count; index++)
        {
            var tensor = call.Outputs[index];
            var binary = call.IsBinary(tensor.Name);
            isBinary |= binary;
            WriteTensor(json, tensor.Name, tensor, binary);
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
        if (!isBinary)
            return null;
        var length = output.WrittenCount;
        for (var index = 0; index < call.Outputs.Count; index++)
        {
            if (call.IsBinary(call.Outputs[index].Name))
                TensorWriting.WriteBinary(output, call.Outputs[index]);
        }

        return length;
    }

    /// <summary>A tensor as a request or an answer has it; of one that is binary only how long it is.</summary>
    public static void WriteTensor(Utf8JsonWriter json, string name, Tensor tensor, bool binary)
    {
        json.WriteStartObject();
        json.WriteString("name"u8, name);
        json.WriteString("datatype"u8, tensor.Type.Utf8());
        json.WriteStartArray("shape"u8);
        foreach (var size in tensor.Shape)
            json.WriteNumberValue(size);
        json.WriteEndArray();
        if (binary)
        {
            json.WriteStartObject("parameters"u8);
            json.WriteNumber("binary_data_size"u8, TensorWriting.BinaryLength(tensor));
            json.WriteEndObject();
        }
        else
        {
            json.WritePropertyName("data"u8);
            TensorWriting.WriteFlat(json, tensor);
        }

        json.WriteEndObject();
    }
}
