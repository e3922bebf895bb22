using System.Buffers.Binary;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Orrery.Load;

namespace Orrery.ServingBench;

/// <summary>ModelInfer over HTTP/2 without TLS, tensors as raw bytes: as many connections as the other measurements have, one call at a time on each.</summary>
internal static class GrpcLoop
{
    private const int Different = 64;

    private static readonly Version Http2 = new(2, 0);
    private static readonly MediaTypeHeaderValue Type = new("application/grpc");

    public static Latencies Run(int port, string model, int rows, TimeSpan duration)
    {
        // Other rows each time, as in the other protocols.
        byte[][] frames = [.. Enumerable.Range(0, Different).Select(seed => Frame(Message(model, rows, seed)))];
        var end = Stopwatch.GetTimestamp() + (long)(duration.TotalSeconds * Stopwatch.Frequency);
        var times = Task.WhenAll(Enumerable.Range(0, Rounds.Connections).Select(number => Task.Run(() => CallAsync(port, frames, number * 7, end)))).GetAwaiter().GetResult();
        return new(times.SelectMany(static one => one));
    }

    private static async Task<List<long>> CallAsync(int port, byte[][] frames, int from, long end)
    {
        using var client = new HttpMessageInvoker(new SocketsHttpHandler { UseProxy = false });
        var times = new List<long>(1 << 14);
        var address = new Uri($"http://127.0.0.1:{port}/inference.GRPCInferenceService/ModelInfer");
        for (var at = from; Stopwatch.GetTimestamp() is var began && began < end; at++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, address) { Version = Http2, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
            request.Content = new ByteArrayContent(frames[at % frames.Length]);
            request.Content.Headers.ContentType = Type;
            request.Headers.TE.ParseAdd("trailers");
            using var answer = await client.SendAsync(request, CancellationToken.None);
            await answer.Content.CopyToAsync(Stream.Null);
            if (answer.StatusCode is not HttpStatusCode.OK || !answer.TrailingHeaders.TryGetValues("grpc-status", out var status) || status.First() != "0")
                throw new InvalidOperationException($"{answer.StatusCode} {answer.TrailingHeaders}{answer.Headers}");
            times.Add(Stopwatch.GetTimestamp() - began);
        }

        return times;
    }

    // A flag and the length before each message.
    private static byte[] Frame(byte[] message)
    {
        var frame = new byte[5 + message.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), message.Length);
        message.CopyTo(frame, 5);
        return frame;
    }

    // ModelInferRequest: model_name 1, inputs 5 {name 1, datatype 2, shape 3}, raw_input_contents 7.
    private static byte[] Message(string model, int rows, int seed)
    {
        var random = new Random(seed);
        var raw = new byte[rows * ServedModels.Features * sizeof(float)];
        for (var at = 0; at < raw.Length; at += sizeof(float))
            BitConverter.TryWriteBytes(raw.AsSpan(at), random.NextSingle());
        byte[] input = [.. Field(1, "features"u8), .. Field(2, "FP32"u8), .. Field(3, [(byte)rows, ServedModels.Features])];
        return [.. Field(1, Encoding.UTF8.GetBytes(model)), .. Field(5, input), .. Field(7, raw)];
    }

    private static byte[] Field(int number, ReadOnlySpan<byte> content) => content.Length < 128
        ? [(byte)((number << 3) | 2), (byte)content.Length, .. content]
        : [(byte)((number << 3) | 2), (byte)(content.Length | 0x80), (byte)(content.Length >> 7), .. content];
}
