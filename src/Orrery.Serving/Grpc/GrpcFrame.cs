using System.Buffers;
using System.Buffers.Binary;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Orrery.Serving;

/// <summary>Messages of gRPC: a byte that says whether it is compressed, four of its length, and the message. A call here has one, and so has its answer.</summary>
internal static class GrpcFrame
{
    public const int PrefixBytes = 5;

    // In which the model's name must be.
    private const int HeadBytes = 64 << 10;

    /// <summary>Makes the prediction's body the message of the call.</summary>
    /// <exception cref="TensorException">There is not exactly one message, or it is broken.</exception>
    /// <exception cref="RefusedException">It is compressed in a way that is not known.</exception>
    public static void Open(HttpContext context, Prediction prediction)
    {
        var body = prediction.Body.Span;
        if (body.Length < PrefixBytes)
            throw new TensorException("The call has no message.");
        var length = BinaryPrimitives.ReadUInt32BigEndian(body[1..]);
        if (length != body.Length - PrefixBytes)
            throw new TensorException($"The message is said to have {length} bytes, and the call has {body.Length - PrefixBytes}; a call has one message.");
        var flag = body[0];
        prediction.Pass(PrefixBytes);
        if (flag == 1)
            prediction.Unpack(Coding(context));
        else if (flag != 0)
            throw new TensorException($"The message begins with {flag}; it must be 0, or 1 for one that is compressed.");
    }

    /// <summary>Puts the prefix before a message.</summary>
    /// <param name="frame">Room for the prefix, then the message.</param>
    public static void Close(Span<byte> frame)
    {
        frame[0] = 0;
        BinaryPrimitives.WriteUInt32BigEndian(frame[1..], (uint)(frame.Length - PrefixBytes));
    }

    /// <summary>
    /// Which model an inference request asks, from its first bytes, which stay to be read: the request is admitted before its tensors are taken in.
    /// </summary>
    /// <exception cref="TensorException">It has no name there.</exception>
    public static async ValueTask<(string Model, string Version)> PeekAsync(HttpContext context)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = null;
        var reader = context.Request.BodyReader;
        while (true)
        {
            var read = await reader.ReadAsync(context.RequestAborted);
            var buffer = read.Buffer;
            var isAll = read.IsCompleted || buffer.Length >= HeadBytes;
            if (Find(context, buffer, isAll) is { } found)
            {
                reader.AdvanceTo(buffer.Start);
                return found.Model.Length > 0
                    ? found
                    : throw new TensorException($"The request has no model_name in its first {HeadBytes >> 10} KiB.");
            }

            reader.AdvanceTo(buffer.Start, buffer.End);
        }
    }

    private static (string Model, string Version)? Find(HttpContext context, in ReadOnlySequence<byte> buffer, bool isAll)
    {
        if (buffer.IsSingleSegment)
            return Find(context, buffer.FirstSpan, isAll);
        return Find(context, buffer.FirstSpan, isAll: false) ?? Find(context, buffer.Slice(0, Math.Min(buffer.Length, HeadBytes)).ToArray(), isAll);
    }

    private static (string Model, string Version)? Find(HttpContext context, ReadOnlySpan<byte> head, bool isAll)
    {
        if (head.Length < PrefixBytes)
            return isAll ? throw new TensorException("The call has no message.") : null;
        var isWhole = isAll || head.Length - PrefixBytes >= BinaryPrimitives.ReadUInt32BigEndian(head[1..]);
        return head[0] == 1 ? Find(Unpacked(head[PrefixBytes..], Coding(context)), isWhole) : Find(head[PrefixBytes..], isWhole);
    }

    // Writers put fields in the order of their numbers; what comes late is found too, if it is in the head.
    private static (string Model, string Version)? Find(ReadOnlySpan<byte> message, bool isWhole)
    {
        var (model, version) = ("", "");
        var reader = new ProtoReader(message);
        try
        {
            while (reader.Next(out var field, out var type))
            {
                if (field == 1)
                    model = reader.Text(type, "model_name");
                else if (field == 2)
                    version = reader.Text(type, "model_version");
                else if (model.Length > 0)
                    return (model, version);
                else
                    reader.Skip(type);
            }
        }
        catch (TensorException) when (!isWhole || model.Length > 0)
        {
            // It goes on after the head.
        }

        return isWhole ? (model, version) : null;
    }

    private static byte[] Unpacked(ReadOnlySpan<byte> packed, string coding)
    {
        using var source = new MemoryStream(packed.ToArray());
        using var reader = BodyCoding.Reader(coding, source);
        var head = new byte[HeadBytes];
        var length = 0;
        try
        {
            int read;
            while (length < head.Length && (read = reader.Read(head, length, head.Length - length)) > 0)
                length += read;
        }
        catch (InvalidDataException)
        {
            // What it has so far may do.
        }

        return head[..length];
    }

    private static string Coding(HttpContext context)
    {
        var coding = context.Request.Headers["grpc-encoding"].ToString();
        if (BodyCoding.IsPlain(coding))
            throw new TensorException("The message is compressed, and grpc-encoding does not say how.");
        if (BodyCoding.IsKnown(coding))
            return coding;
        context.Response.Headers["grpc-accept-encoding"] = "identity,gzip,deflate";
        throw new RefusedException(StatusCodes.Status501NotImplemented, $"grpc-encoding is '{coding}'; it may be {BodyCoding.Names}.");
    }
}
