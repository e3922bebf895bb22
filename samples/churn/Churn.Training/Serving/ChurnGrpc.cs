using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Headers;
using System.Runtime.InteropServices;
using System.Text;
using Google.Protobuf;

namespace Churn;

/// <summary>
/// Asks over gRPC: <c>inference.GRPCInferenceService/ModelInfer</c>. Any gRPC client does; this is the protocol itself, a message with its length before it,
/// for where there is none.
/// </summary>
internal sealed class ChurnGrpc(Uri address) : IDisposable
{
    private const int Prefix = 5;
    private static readonly MediaTypeHeaderValue Type = new("application/grpc");
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = address };

    /// <summary>The probability that the customer leaves, and the version that said so.</summary>
    /// <exception cref="InvalidDataException">The call was refused, or nobody speaks gRPC there.</exception>
    public async Task<(double Leaves, string Version)> AskAsync(ServedCustomer customer, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/inference.GRPCInferenceService/ModelInfer")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(Frame(Message(customer))) { Headers = { ContentType = Type } },
        };
        request.Headers.TE.ParseAdd("trailers");
        request.Headers.Add("x-orrery-environment", ChurnServing.Environment);
        request.Headers.Add(ChurnServing.CustomerHeader, customer.Id);
        try
        {
            using var answer = await _http.SendAsync(request, cancel);
            var body = await answer.Content.ReadAsByteArrayAsync(cancel);
            // A refusal has its status in the headers, for there is no body that trailers could follow.
            if (Value(answer.TrailingHeaders, "grpc-status") is not "0" || body.Length < Prefix)
                throw new InvalidDataException($"gRPC answered {Value(answer.Headers, "grpc-status") ?? answer.StatusCode.ToString()}: {Uri.UnescapeDataString(Value(answer.Headers, "grpc-message") ?? "")}");
            return Read(body);
        }
        catch (HttpRequestException unreachable)
        {
            throw new InvalidDataException($"{address} does not speak gRPC: {unreachable.Message}", unreachable);
        }
    }

    public void Dispose() => _http.Dispose();

    // ModelInferRequest of proto/inference.proto: model_name 1, id 3, inputs 5 {name 1, datatype 2, shape 3}, raw_input_contents 7.
    private static byte[] Message(ServedCustomer customer) => Write(message =>
    {
        Text(message, 1, ChurnStory.ModelName);
        Text(message, 3, customer.Id);
        Bytes(message, 5, Write(input =>
        {
            Text(input, 1, OnnxGraph.Input);
            Text(input, 2, "FP32");
            Bytes(input, 3, Write(shape =>
            {
                shape.WriteInt64(1);
                shape.WriteInt64(customer.Inputs.Length);
            }));
        }));
        Bytes(message, 7, MemoryMarshal.AsBytes(customer.Inputs.AsSpan()).ToArray());
    });

    private static byte[] Write(Action<CodedOutputStream> write)
    {
        using var buffer = new MemoryStream();
        using (var message = new CodedOutputStream(buffer, leaveOpen: true))
            write(message);
        return buffer.ToArray();
    }

    private static void Text(CodedOutputStream message, int field, string text) => Bytes(message, field, Encoding.UTF8.GetBytes(text));

    private static void Bytes(CodedOutputStream message, int field, byte[] content)
    {
        message.WriteTag(field, WireFormat.WireType.LengthDelimited);
        message.WriteBytes(ByteString.CopyFrom(content));
    }

    // Not compressed, and the length.
    private static byte[] Frame(byte[] message)
    {
        var frame = new byte[Prefix + message.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), message.Length);
        message.CopyTo(frame, Prefix);
        return frame;
    }

    // ModelInferResponse: model_version 2, outputs 5 {name 1}, raw_output_contents 6, raw as the request was.
    private static (double Leaves, string Version) Read(byte[] body)
    {
        var version = "";
        var names = new List<string>();
        var raw = new List<ByteString>();
        foreach (var (field, content) in Fields(body.AsMemory(Prefix)))
        {
            if (field == 2)
                version = content.ToStringUtf8();
            else if (field == 5)
                names.Add(Fields(content.Memory).First(static one => one.Field == 1).Content.ToStringUtf8());
            else if (field == 6)
                raw.Add(content);
        }

        return (MemoryMarshal.Cast<byte, float>(raw[names.IndexOf(OnnxGraph.Probabilities)].Span)[1], version);
    }

    private static List<(int Field, ByteString Content)> Fields(ReadOnlyMemory<byte> message)
    {
        var found = new List<(int, ByteString)>();
        using var reader = new CodedInputStream(message.ToArray());
        while (reader.ReadTag() is var tag and not 0)
        {
            if (WireFormat.GetTagWireType(tag) is WireFormat.WireType.LengthDelimited)
                found.Add((WireFormat.GetTagFieldNumber(tag), reader.ReadBytes()));
            else
                reader.SkipLastField();
        }

        return found;
    }

    private static string? Value(HttpHeaders headers, string name) => headers.TryGetValues(name, out var values) ? values.First() : null;
}
