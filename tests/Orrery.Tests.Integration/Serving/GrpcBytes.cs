using System.Buffers;
using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using Orrery.Serving;

namespace Orrery.Tests.Integration;

/// <summary>Asks over gRPC with nothing but an HTTP client.</summary>
internal static class GrpcBytes
{
    /// <summary>Sends one row of FP32 as the input <c>features</c>.</summary>
    /// <returns><c>grpc-status</c>: 0 when it was answered.</returns>
    public static async Task<string> InferAsync(HttpClient client, Uri address, string model, float[] row, string? token, CancellationToken cancel)
    {
        using var content = new ByteArrayContent(Frame(model, row));
        content.Headers.ContentType = new("application/grpc");
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(address, "/inference.GRPCInferenceService/ModelInfer"))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = content,
        };
        request.Headers.TE.Add(new("trailers"));
        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        using var answer = await client.SendAsync(request, cancel);
        await answer.Content.ReadAsByteArrayAsync(cancel);
        var headers = answer.TrailingHeaders.TryGetValues("grpc-status", out var status) ? status : answer.Headers.GetValues("grpc-status");
        return headers.Single();
    }

    /// <summary>A port that nobody has now.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static byte[] Frame(string model, float[] row)
    {
        var values = new byte[row.Length * sizeof(float)];
        for (var index = 0; index < row.Length; index++)
            BinaryPrimitives.WriteSingleLittleEndian(values.AsSpan(index * sizeof(float)), row[index]);
        var contents = Message(output => Bytes(output, 6, values));
        var input = Message(output =>
        {
            ProtoWriter.Text(output, 1, "features");
            ProtoWriter.Text(output, 2, "FP32");
            Bytes(output, 3, [1, (byte)row.Length]);
            Bytes(output, 5, contents);
        });
        var message = Message(output =>
        {
            ProtoWriter.Text(output, 1, model);
            Bytes(output, 5, input);
        });
        var frame = new byte[5 + message.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), message.Length);
        message.CopyTo(frame, 5);
        return frame;
    }

    private static byte[] Message(Action<ArrayBufferWriter<byte>> write)
    {
        var output = new ArrayBufferWriter<byte>();
        write(output);
        return output.WrittenSpan.ToArray();
    }

    private static void Bytes(ArrayBufferWriter<byte> output, int field, byte[] value)
    {
        ProtoWriter.Begin(output, field, value.Length);
        output.Write(value);
    }
}
