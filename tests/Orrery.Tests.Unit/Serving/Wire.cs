using System.Buffers;
using System.Text;
using System.Text.Json;
using Orrery.Serving;

namespace Orrery.Tests.Unit.Serving;

/// <summary>Reads requests and writes answers as the endpoints do.</summary>
internal static class Wire
{
    public static readonly ModelDeclaration Classifier = new(
        "onnx_onnxv1", [new("features", DataType.FP32, [-1, 3])], [new("label", DataType.INT64, [-1]), new("probabilities", DataType.FP32, [-1, 2])], ["a", "b", "c"]);

    public static readonly ModelDeclaration Columns = new(
        "onnx_onnxv1", [new("age", DataType.FP64, [-1, 1]), new("city", DataType.BYTES, [-1]), new("married", DataType.BOOL, [-1, 1])], [new("score", DataType.FP32, [-1])], []);

    public static InferenceCall V1(string body, ModelDeclaration? model = null)
    {
        var call = new InferenceCall();
        V1Reader.Read(Encoding.UTF8.GetBytes(body), model ?? Classifier, call);
        return call;
    }

    public static InferenceCall V2(string body)
    {
        var call = new InferenceCall();
        V2Reader.Read(Encoding.UTF8.GetBytes(body), null, call);
        return call;
    }

    public static InferenceCall V2Binary(string json, params byte[] binary)
    {
        var call = new InferenceCall();
        byte[] body = [.. Encoding.UTF8.GetBytes(json), .. binary];
        V2Reader.Read(body, body.Length - binary.Length, call);
        return call;
    }

    public static string V1Answer(InferenceCall call)
    {
        var output = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(output);
        V1Writer.Write(output, json, call);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    public static (string Json, byte[] Binary) V2Answer(InferenceCall call)
    {
        var output = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(output);
        var length = V2Writer.Write(output, json, "m", "1", "id-1", call) ?? output.WrittenCount;
        return (Encoding.UTF8.GetString(output.WrittenSpan[..length]), output.WrittenSpan[length..].ToArray());
    }

    public static Tensor Output(this InferenceCall call, string name, DataType type, params long[] shape)
    {
        var tensor = call.Outputs.Add();
        (tensor.Name, tensor.Type) = (name, type);
        tensor.SetShape(shape);
        return tensor;
    }
}
