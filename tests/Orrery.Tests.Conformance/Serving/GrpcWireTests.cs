using System.Buffers.Binary;
using System.Diagnostics;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using Google.Protobuf;
using Orrery.Inference;
using Xunit;

namespace Orrery.Tests.Conformance;

/// <summary>gRPC to the byte: frames, headers and trailers that its clients never get wrong.</summary>
public sealed class GrpcWireTests(InferenceServer server) : IAsyncLifetime
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false });

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await server.ReadyAsync();

    public ValueTask DisposeAsync()
    {
        _http.Dispose();
        return default;
    }

    [Fact]
    public async Task An_answer_has_a_frame_and_trailers()
    {
        var (answer, body) = await AskAsync(Frame(Request().ToByteArray()));

        Assert.Equal(HttpVersion.Version20, answer.Version);
        Assert.Equal("application/grpc", answer.Content.Headers.ContentType?.ToString());
        Assert.Equal(["0"], answer.TrailingHeaders.GetValues("grpc-status"));
        Assert.Equal(0, body[0]);
        Assert.Equal((uint)body.Length - 5, BinaryPrimitives.ReadUInt32BigEndian(body.AsSpan(1)));
        Assert.Equal([0.5f, 0.5f], ModelInferResponse.Parser.ParseFrom(body.AsSpan(5)).Outputs[1].Contents.Fp32Contents);
    }

    [Theory]
    [InlineData("", "3", "The call has no message.")]
    [InlineData("0000", "3", "The call has no message.")]
    [InlineData("0000000000", "3", "The request has no model_name in its first 64 KiB.")]
    [InlineData("00000000040A026C72", "3", "The request has no inputs.")]
    [InlineData("00000000090A026C72", "3", "The message is said to have 9 bytes, and the call has 4; a call has one message.")]
    [InlineData("00000000040A026C720000000000", "3", "The message is said to have 4 bytes, and the call has 9; a call has one message.")]
    [InlineData("07000000040A026C72", "3", "The message begins with 7; it must be 0, or 1 for one that is compressed.")]
    [InlineData("01000000040A026C72", "3", "The message is compressed, and grpc-encoding does not say how.")]
    [InlineData("00000000060A026C722AFF", "3", "The message is no Protocol Buffers message of the method's type: it is broken at byte 6.")]
    public async Task A_broken_call_is_refused(string hex, string status, string message)
    {
        var (answer, body) = await AskAsync(Convert.FromHexString(hex));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Empty(body);
        Assert.Equal((status, message), Status(answer));
    }

    [Fact]
    public async Task An_unknown_compression_is_unimplemented_and_the_known_are_named()
    {
        var (answer, _) = await AskAsync([1, .. Frame(Request().ToByteArray())[1..]], ("grpc-encoding", "snappy"));

        Assert.Equal("12", Status(answer).Status);
        Assert.Equal(["identity,gzip,deflate"], answer.Headers.GetValues("grpc-accept-encoding"));
    }

    [Fact]
    public async Task A_message_that_unpacks_to_more_than_may_be_is_refused()
    {
        var model = Request();
        model.RawInputContents.Add(ByteString.CopyFrom(new byte[65 << 20]));
        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            model.WriteTo(gzip);
        var frame = Frame(packed.ToArray());
        frame[0] = 1;

        var (answer, _) = await AskAsync(frame, ("grpc-encoding", "gzip"));

        Assert.True(frame.Length < 1 << 20);
        Assert.Equal(("8", "The body has more than 64 MiB when it is unpacked; send it in parts."), Status(answer));
    }

    [Fact]
    public async Task A_timeout_of_the_caller_ends_the_call()
    {
        var slow = new ModelInferRequest { ModelName = "slow", RawInputContents = { ByteString.CopyFrom(new byte[512 * 512 * 4]) } };
        slow.Inputs.Add(new ModelInferRequest.Types.InferInputTensor { Name = "x", Datatype = "FP32", Shape = { 512, 512 } });
        var began = Stopwatch.GetTimestamp();

        var (answer, _) = await AskAsync(Frame(slow.ToByteArray()), ("grpc-timeout", "200m"));

        Assert.Equal(("4", "The model did not answer within 200 ms."), Status(answer));
        Assert.InRange(Stopwatch.GetElapsedTime(began).TotalSeconds, 0.2, 10);
    }

    [Theory]
    [InlineData("5")]
    [InlineData("123456789S")]
    [InlineData("-1S")]
    [InlineData("1s")]
    public async Task A_timeout_that_is_none_is_refused(string timeout)
    {
        var (answer, _) = await AskAsync(Frame(Request().ToByteArray()), ("grpc-timeout", timeout));

        Assert.Equal(("3", $"grpc-timeout is '{timeout}'; it must be one to eight digits and one of H, M, S, m, u, n."), Status(answer));
    }

    [Fact]
    public async Task Fields_may_come_in_any_order()
    {
        byte[] name = [0x0A, 2, .. "lr"u8];
        var rest = Request();
        rest.ModelName = "";

        var (answer, _) = await AskAsync(Frame([.. rest.ToByteArray(), .. name]));

        Assert.Equal(["0"], answer.TrailingHeaders.GetValues("grpc-status"));
    }

    [Fact]
    public async Task What_is_no_call_of_gRPC_is_told_so()
    {
        using var content = new StringContent("{}");
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var answer = await server.Process.Client.PostAsync("/inference.GRPCInferenceService/ModelInfer", content, Cancel);

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, answer.StatusCode);
        Assert.Contains("called over HTTP/2 with the content type application/grpc", await answer.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    private static ModelInferRequest Request()
    {
        var request = new ModelInferRequest { ModelName = "lr", ModelVersion = "1" };
        request.Inputs.Add(new ModelInferRequest.Types.InferInputTensor { Name = "features", Datatype = "FP32", Shape = { 1, 2 }, Contents = new() { Fp32Contents = { 3, 3 } } });
        return request;
    }

    private static byte[] Frame(byte[] message)
    {
        var frame = new byte[message.Length + 5];
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(1), (uint)message.Length);
        message.CopyTo(frame, 5);
        return frame;
    }

    // Of an answer without a body they are headers.
    private static (string Status, string Message) Status(HttpResponseMessage answer) =>
        (string.Concat(answer.Headers.GetValues("grpc-status")), Uri.UnescapeDataString(string.Concat(answer.Headers.GetValues("grpc-message"))));

    private async Task<(HttpResponseMessage Answer, byte[] Body)> AskAsync(byte[] frame, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"http://{server.GrpcAddress}/inference.GRPCInferenceService/ModelInfer")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(frame),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        request.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        var answer = await _http.SendAsync(request, Cancel);
        return (answer, await answer.Content.ReadAsByteArrayAsync(Cancel));
    }
}
