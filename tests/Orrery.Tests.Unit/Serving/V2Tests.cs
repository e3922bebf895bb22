using System.Text.Json;
using Orrery.Serving;
using Xunit;

namespace Orrery.Tests.Unit.Serving;

/// <summary>Requests and answers of the Open Inference Protocol over REST, with binary tensors.</summary>
public sealed class V2Tests
{
    private const string Head = """{"name": "x", "shape": [2, 2], "datatype": "FP32" """;

    [Theory]
    [InlineData("""{"inputs": [{"name": "x", "shape": [2, 2], "datatype": "FP32", "data": [[1, 2], [3, 4]]}]}""")]
    [InlineData("""{"inputs": [{"data": [1, 2, 3, 4], "datatype": "FP32", "shape": [2, 2], "name": "x"}], "outputs": null}""")]
    [InlineData("""{"parameters": {"a": [1]}, "inputs": [{"name": "x", "parameters": {"content_type": "np"}, "shape": [2, 2], "datatype": "FP32", "data": [1, 2, 3, 4.0]}]}""")]
    public void Tensors_are_read(string body)
    {
        var call = Wire.V2(body);

        Assert.Equal("x", call.Inputs[0].Name);
        Assert.Equal([2, 2], call.Inputs[0].Shape.ToArray());
        Assert.Equal([1, 2, 3, 4], call.Inputs[0].Values<float>().ToArray());
        Assert.Null(call.Id);
    }

    [Fact]
    public void Outputs_and_ids_are_read()
    {
        var call = Wire.V2($$$"""{"id": "q7", "parameters": {"binary_data_output": true}, "inputs": [{{{Head}}}, "data": [1, 2, 3, 4]}], "outputs": [{"name": "a"}, {"name": "b", "parameters": {"binary_data": false}}]}""");

        Assert.Equal("q7", call.Id);
        Assert.Equal([("a", null), ("b", false)], call.Wanted);
        Assert.True(call.IsBinary("a"));
        Assert.False(call.IsBinary("b"));
    }

    [Theory]
    [InlineData("INT8", "-128, 127", new byte[] { 0x80, 0x7F })]
    [InlineData("UINT8", "0, 255", new byte[] { 0, 255 })]
    [InlineData("INT16", "-2, 3.0", new byte[] { 0xFE, 0xFF, 3, 0 })]
    [InlineData("UINT16", "65535", new byte[] { 0xFF, 0xFF })]
    [InlineData("INT32", "-1", new byte[] { 0xFF, 0xFF, 0xFF, 0xFF })]
    [InlineData("UINT32", "4294967295", new byte[] { 0xFF, 0xFF, 0xFF, 0xFF })]
    [InlineData("INT64", "-9223372036854775808", new byte[] { 0, 0, 0, 0, 0, 0, 0, 0x80 })]
    [InlineData("UINT64", "18446744073709551615", new byte[] { 255, 255, 255, 255, 255, 255, 255, 255 })]
    [InlineData("BOOL", "true, 0, 1", new byte[] { 1, 0, 1 })]
    [InlineData("FP64", "1.5", new byte[] { 0, 0, 0, 0, 0, 0, 0xF8, 0x3F })]
    public void Every_type_is_read(string type, string data, byte[] bytes) =>
        Assert.Equal(bytes, Wire.V2($$"""{"inputs": [{"name": "x", "shape": [{{data.Split(',').Length}}], "datatype": "{{type}}", "data": [{{data}}]}]}""").Inputs[0].Bytes.ToArray());

    [Theory]
    [InlineData("""{"inputs": []}""", "The request has no inputs; 'inputs' must be a list of tensors.")]
    [InlineData("""{}""", "The request has no inputs; 'inputs' must be a list of tensors.")]
    [InlineData("""{"inputs": {}}""", "'inputs' must be a list of tensors.")]
    [InlineData("""{"inputs": [5]}""", "Input 0 must be an object with name, shape, datatype and data.")]
    [InlineData("""{"inputs": [{"shape": [1], "datatype": "FP32", "data": [1]}]}""", "Input 0 has no name.")]
    [InlineData("""{"inputs": [{"name": "x", "datatype": "FP32", "data": [1]}]}""", "Input 'x' has no shape.")]
    [InlineData("""{"inputs": [{"name": "x", "shape": [1], "data": [1]}]}""", "Input 'x' has no datatype.")]
    [InlineData("""{"inputs": [{"name": "x", "shape": [1], "datatype": "FP32"}]}""", "Input 'x' has no data.")]
    [InlineData("""{"inputs": [{"name": "x", "shape": [-1], "datatype": "FP32", "data": [1]}]}""", "Dimension 0 of tensor 'x' is -1; it must be 0 or more.")]
    [InlineData("""{"inputs": [{"name": "x", "shape": [3], "datatype": "FP32", "data": [1, 2]}]}""", "Input 'x' has 2 elements; its shape [3] has 3.")]
    [InlineData("""{"inputs": [{"name": "x", "shape": [1.5], "datatype": "FP32", "data": [1]}]}""", "The shape of input 'x' must be a list of whole numbers.")]
    [InlineData("""{"inputs": [{"name": "x", "shape": [9000000000000000000, 9000000000000000000], "datatype": "FP32", "data": [1]}]}""", "The shape of tensor 'x' has more than 2147483647 elements.")]
    [InlineData("""{"inputs": [{"name": "x", "shape": [1], "datatype": "INT8", "data": [128]}]}""", "Element 0 of 'x' is 128; it must be of INT8 (-128 to 127).")]
    [InlineData("""{"inputs": [{"name": "x", "shape": [1], "datatype": "INT32", "data": [1.5]}]}""", "Element 0 of 'x' is 1.5; it must be a whole number.")]
    [InlineData("""{"inputs": [{"name": "x", "shape": [1], "datatype": "FP16", "data": [1]}]}""", "Tensor 'x' of FP16 cannot be given as JSON; send it as binary data.")]
    [InlineData("""{"inputs": [{"name": "x", "shape": [1], "datatype": "BYTES", "data": [1]}]}""", "Element 0 of 'x' is 1; it must be a text.")]
    [InlineData("""{"inputs": [{"name": "x", "shape": [1], "datatype": "FP32", "parameters": {"binary_data_size": 4}}]}""", "Input 'x' has binary data, and the header Inference-Header-Content-Length is missing.")]
    public void Wrong_requests_are_told_why(string body, string message) =>
        Assert.Equal(message, Assert.Throws<TensorException>(() => Wire.V2(body)).Message);

    [Fact]
    public void An_unknown_type_is_told_with_the_known_ones() =>
        Assert.StartsWith(
            "The datatype of input 'x' is 'FP33'; it must be one of FP32, ",
            Assert.Throws<TensorException>(() => Wire.V2("""{"inputs": [{"name": "x", "datatype": "FP33"}]}""")).Message,
            StringComparison.Ordinal);

    [Fact]
    public void Binary_and_json_tensors_mix()
    {
        var call = Wire.V2Binary(
            """{"inputs": [{"name": "a", "shape": [2], "datatype": "INT16", "parameters": {"binary_data_size": 4}}, {"name": "b", "shape": [1], "datatype": "FP32", "data": [2]}, {"name": "c", "shape": [2], "datatype": "BYTES", "parameters": {"binary_data_size": 10}}]}""",
            1, 0, 2, 0, 2, 0, 0, 0, 104, 105, 0, 0, 0, 0);

        Assert.Equal([1, 2], call.Inputs[0].Values<short>().ToArray());
        Assert.Equal([2f], call.Inputs[1].Values<float>().ToArray());
        Assert.Equal("hi"u8.ToArray(), call.Inputs[2].Text(0).ToArray());
        Assert.Equal(2, call.Inputs[2].Texts);
    }

    [Theory]
    [InlineData(4, 2, "Input 'x' has 4 bytes of binary data, and 2 are left in the body.")]
    [InlineData(3, 3, "Input 'x' has 3 bytes; FP32 of 1 elements has 4.")]
    [InlineData(4, 6, "The body has 2 bytes more than its tensors.")]
    public void Binary_data_must_agree_with_what_is_said(int said, int sent, string message) =>
        Assert.Equal(message, Assert.Throws<TensorException>(() => Wire.V2Binary(
            $$$"""{"inputs": [{"name": "x", "shape": [1], "datatype": "FP32", "parameters": {"binary_data_size": {{{said}}} }}]}""", new byte[sent])).Message);

    [Fact]
    public void Texts_that_are_cut_are_refused() =>
        Assert.Equal("The binary data of 'x' ends in the middle of element 0.", Assert.Throws<TensorException>(() => Wire.V2Binary(
            """{"inputs": [{"name": "x", "shape": [1], "datatype": "BYTES", "parameters": {"binary_data_size": 6}}]}""", 255, 255, 255, 255, 1, 2)).Message);

    [Fact]
    public void A_header_longer_than_the_body_is_refused() =>
        Assert.Throws<TensorException>(() => V2Reader.Read(new byte[5], 6, new InferenceCall()));

    [Fact]
    public void Answers_are_written()
    {
        var call = new InferenceCall();
        var score = call.Output("score", DataType.FP32, 2);
        score.Add(0.5f);
        score.Add(float.PositiveInfinity);
        call.Output("label", DataType.BYTES, 1).AddText("yes"u8);

        Assert.Equal(
            """{"model_name":"m","model_version":"1","id":"id-1","outputs":[{"name":"score","datatype":"FP32","shape":[2],"data":[0.5,null]},{"name":"label","datatype":"BYTES","shape":[1],"data":["yes"]}]}""",
            Wire.V2Answer(call).Json);
    }

    [Fact]
    public void Binary_answers_follow_the_json()
    {
        var call = new InferenceCall { BinaryOutputs = true };
        call.Want("label", null);
        call.Want("score", false);
        call.Output("label", DataType.BYTES, 1).AddText("yes"u8);
        call.Output("score", DataType.FP32, 1).Add(0.5f);

        var (json, binary) = Wire.V2Answer(call);

        using var answer = JsonDocument.Parse(json);
        Assert.Equal(7, answer.RootElement.GetProperty("outputs")[0].GetProperty("parameters").GetProperty("binary_data_size").GetInt32());
        Assert.Equal(0.5, answer.RootElement.GetProperty("outputs")[1].GetProperty("data")[0].GetDouble());
        Assert.Equal([3, 0, 0, 0, .. "yes"u8], binary);
    }
}
