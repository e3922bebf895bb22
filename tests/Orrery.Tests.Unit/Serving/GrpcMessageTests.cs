using System.Buffers;
using Google.Protobuf;
using Orrery.Inference;
using Orrery.Serving;
using Orrery.Tenancy;
using Xunit;
using Input = Orrery.Inference.ModelInferRequest.Types.InferInputTensor;

namespace Orrery.Tests.Unit.Serving;

/// <summary>Messages of inference as Google.Protobuf writes and reads them.</summary>
public sealed class GrpcMessageTests
{
    [Fact]
    public void A_request_is_read()
    {
        var request = new ModelInferRequest { ModelName = "m", ModelVersion = "3", Id = "q", Parameters = { ["timeout"] = new InferParameter { Int64Param = 5 } } };
        request.Inputs.Add(new Input { Name = "x", Datatype = "FP64", Shape = { 2, 1 }, Contents = new() { Fp64Contents = { 1.5, double.NaN } } });
        request.Inputs.Add(new Input { Name = "t", Datatype = "BYTES", Shape = { 2 }, Contents = new() { BytesContents = { ByteString.CopyFromUtf8("hé"), ByteString.Empty } } });
        request.Outputs.Add(new ModelInferRequest.Types.InferRequestedOutputTensor { Name = "label" });

        var (call, model, version) = Read(request);

        Assert.Equal(("m", "3", "q", false), (model, version, call.Id, call.BinaryOutputs));
        Assert.Equal([2, 1], call.Inputs[0].Shape.ToArray());
        Assert.Equal([1.5, double.NaN], call.Inputs[0].Values<double>().ToArray());
        Assert.Equal("hé"u8.ToArray(), call.Inputs[1].Text(0).ToArray());
        Assert.Equal([("label", null)], call.Wanted);
    }

    [Fact]
    public void Raw_contents_stay_where_they_lie()
    {
        var request = new ModelInferRequest { RawInputContents = { ByteString.CopyFrom(1, 0, 2, 0), ByteString.CopyFrom(0x00, 0x3C) } };
        request.Inputs.Add(new Input { Name = "a", Datatype = "INT16", Shape = { 2 } });
        request.Inputs.Add(new Input { Name = "b", Datatype = "FP16", Shape = { 1 } });

        var (call, _, _) = Read(request);

        Assert.True(call.BinaryOutputs);
        Assert.Equal([1, 2], call.Inputs[0].Values<short>().ToArray());
        Assert.Equal([(Half)1], call.Inputs[1].Values<Half>().ToArray());
    }

    [Fact]
    public void Lists_may_be_packed_or_not()
    {
        // shape 3, int_contents -1 packed, then 2 and 3 by themselves
        byte[] contents = [0x12, 10, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1, 0x10, 2, 0x10, 3];
        byte[] input = [0x0A, 1, (byte)'x', 0x12, 4, .. "INT8"u8, 0x18, 3, 0x2A, (byte)contents.Length, .. contents];
        var call = new InferenceCall();

        InferRequestReader.Read(new byte[] { 0x2A, (byte)input.Length }.Concat(input).ToArray(), call);

        Assert.Equal([-1, 2, 3], call.Inputs[0].Values<sbyte>().ToArray());
    }

    [Fact]
    public void Wrong_requests_are_told_why()
    {
        Assert.Equal("The request has no inputs.", Why(new ModelInferRequest()));
        Assert.Equal("Input 0 has no name.", Why(Of(new Input { Datatype = "FP32" })));
        Assert.Equal("Input 'x' has no datatype.", Why(Of(new Input { Name = "x" })));
        Assert.Equal("Input 'x' has 0 elements; its shape [2] has 2.", Why(Of(new Input { Name = "x", Datatype = "FP32", Shape = { 2 } })));
        Assert.Equal("Dimension 0 of tensor 'x' is -1; it must be 0 or more.", Why(Of(new Input { Name = "x", Datatype = "FP32", Shape = { -1 } })));
        Assert.Equal("Input 'x' is of FP32, which goes in fp32_contents, not int_contents.", Why(Of(new Input { Name = "x", Datatype = "FP32", Shape = { 1 }, Contents = new() { IntContents = { 1 } } })));
        Assert.Equal("Input 'x' is of FP16, which goes in raw_input_contents only.", Why(Of(new Input { Name = "x", Datatype = "FP16", Shape = { 1 }, Contents = new() { Fp32Contents = { 1 } } })));
        Assert.Equal("Element 0 of 'x' is 200; it must be of INT8 (-128 to 127).", Why(Of(new Input { Name = "x", Datatype = "INT8", Shape = { 1 }, Contents = new() { IntContents = { 200 } } })));
        Assert.Equal("Input 'x' has more elements than its shape [1], which has 1.", Why(Of(new Input { Name = "x", Datatype = "BOOL", Shape = { 1 }, Contents = new() { BoolContents = { true, true } } })));
        var both = Of(new Input { Name = "x", Datatype = "BOOL", Shape = { 1 }, Contents = new() { BoolContents = { true } } });
        both.RawInputContents.Add(ByteString.CopyFrom(1));
        Assert.Equal("Input 'x' has contents, and the request has raw_input_contents; give one of them.", Why(both));
        both.RawInputContents.Add(ByteString.CopyFrom(1));
        Assert.Equal("The request has 1 inputs and 2 raw_input_contents; there must be one for each.", Why(both));
        var wrong = Of(new Input { Name = "x", Datatype = "BOOL", Shape = { 2 } });
        wrong.RawInputContents.Add(ByteString.CopyFrom(1, 2));
        Assert.Equal("Element 1 of 'x' is 2; it must be of BOOL, 0 or 1.", Why(wrong));
    }

    [Fact]
    public void As_many_tensors_as_a_body_may_hold_are_not_made()
    {
        var many = new ModelInferRequest();
        for (var index = 0; index <= TensorList.Most; index++)
            many.Inputs.Add(new Input { Name = "x", Datatype = "BOOL", Shape = { 0 } });

        Assert.Equal("There are more than 4096 tensors; send rows as one tensor.", Why(many));
    }

    [Fact]
    public void A_reply_is_written()
    {
        var call = new InferenceCall();
        var numbers = call.Output("n", DataType.INT32, 2, 2);
        foreach (var number in new[] { 0, -1, int.MaxValue, 300 })
            numbers.Add(number);
        call.Output("t", DataType.BYTES, 2).AddText("a"u8);
        call.Outputs[1].AddText([]);
        call.Output("empty", DataType.FP32, 0, 3);
        call.Output("scalar", DataType.BOOL).Add((byte)1);

        var reply = Write(call);

        Assert.Equal(("m", "7", "id-1"), (reply.ModelName, reply.ModelVersion, reply.Id));
        Assert.Equal([0, -1, int.MaxValue, 300], reply.Outputs[0].Contents.IntContents);
        Assert.Equal([2, 2], reply.Outputs[0].Shape);
        Assert.Equal([ByteString.CopyFromUtf8("a"), ByteString.Empty], reply.Outputs[1].Contents.BytesContents);
        Assert.Equal(([0L, 3L], 0), (reply.Outputs[2].Shape, reply.Outputs[2].Contents.Fp32Contents.Count));
        Assert.Equal([true], reply.Outputs[3].Contents.BoolContents);
        Assert.Empty(reply.RawOutputContents);
    }

    [Fact]
    public void A_reply_is_raw_when_a_type_has_no_other_form()
    {
        var call = new InferenceCall();
        call.Output("half", DataType.FP16, 1).Add((Half)1);
        call.Output("t", DataType.BYTES, 1).AddText("ab"u8);

        var reply = Write(call);

        Assert.All(reply.Outputs, static output => Assert.Null(output.Contents));
        Assert.Equal([ByteString.CopyFrom(0x00, 0x3C), ByteString.CopyFrom(2, 0, 0, 0, (byte)'a', (byte)'b')], reply.RawOutputContents);
    }

    [Theory]
    [InlineData("1H", 3600)]
    [InlineData("2M", 120)]
    [InlineData("99999999S", 99999999)]
    [InlineData("250m", 0.25)]
    [InlineData("1u", 0.000001)]
    [InlineData("1n", 0.0000001)]
    public void Timeouts_are_read(string text, double seconds) => Assert.Equal(seconds, GrpcTimeout.Parse(text).TotalSeconds, 1e-9);

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("50 % ü\n", "50 %25 %C3%BC%0A")]
    [InlineData("😀", "%F0%9F%98%80")]
    public void Messages_are_percent_encoded(string message, string header) => Assert.Equal(header, GrpcRefusals.Encode(message));

    private static ModelInferRequest Of(Input input) => new() { Inputs = { input } };

    private static (InferenceCall Call, string Model, string Version) Read(ModelInferRequest request)
    {
        var call = new InferenceCall();
        var (model, version) = InferRequestReader.Read(request.ToByteArray(), call);
        return (call, model, version);
    }

    private static string Why(ModelInferRequest request) => Assert.Throws<TensorException>(() => Read(request)).Message;

    private static ModelInferResponse Write(InferenceCall call)
    {
        var output = new ArrayBufferWriter<byte>();
        InferReplyWriter.Write(output, "m", "7", "id-1", call);
        return ModelInferResponse.Parser.ParseFrom(output.WrittenSpan);
    }
}
