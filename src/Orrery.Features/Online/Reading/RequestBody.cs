using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Orrery.Kernel;

namespace Orrery.Features;

/// <summary>A request's body, whole, in a pooled array.</summary>
internal sealed class RequestBody : IDisposable
{
    /// <summary>Most bytes of a body; more is refused with 413.</summary>
    public const int MaxBytes = 10 << 20;

    /// <summary>Code of the failure for a body that is not text.</summary>
    public const string NotText = "features.body_not_text";

    private byte[] _bytes = [];
    private int _length;

    private RequestBody()
    {
    }

    public ReadOnlyMemory<byte> Bytes => _bytes.AsMemory(0, _length);

    /// <summary>Reads it; <c>features.body_too_large</c>, <c>features.body_not_text</c>.</summary>
    public static async ValueTask<Result<RequestBody>> ReadAsync(HttpContext context)
    {
        if (context.Request.ContentLength > MaxBytes)
            return TooLarge();
        var body = new RequestBody { _bytes = ArrayPool<byte>.Shared.Rent((int)(context.Request.ContentLength ?? 4096) + 1) };
        try
        {
            if (await body.FillAsync(context.Request.BodyReader, context.RequestAborted))
            {
                if (JsonText.IsText(body.Bytes.Span))
                    return body;
                body.Dispose();
                return Failure.Invalid(NotText, "The body is not text in UTF-8, or has half of a surrogate pair ('\\ud800') in it.");
            }
        }
        catch
        {
            body.Dispose();
            throw;
        }

        body.Dispose();
        return TooLarge();
    }

    /// <summary>Puts another text in its place.</summary>
    public void Replace(ReadOnlySpan<byte> bytes)
    {
        _length = 0;
        Append(bytes);
    }

    public void Dispose()
    {
        if (_bytes.Length > 0)
            ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = [];
        _length = 0;
    }

    private async ValueTask<bool> FillAsync(PipeReader reader, CancellationToken cancel)
    {
        while (true)
        {
            var read = await reader.ReadAsync(cancel);
            foreach (var segment in read.Buffer)
                Append(segment.Span);
            reader.AdvanceTo(read.Buffer.End);
            if (_length > MaxBytes)
                return false;
            if (read.IsCompleted)
                return true;
        }
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        if (_bytes.Length - _length < bytes.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_bytes.Length * 2, _length + bytes.Length));
            _bytes.AsSpan(0, _length).CopyTo(larger);
            if (_bytes.Length > 0)
                ArrayPool<byte>.Shared.Return(_bytes);
            _bytes = larger;
        }

        bytes.CopyTo(_bytes.AsSpan(_length));
        _length += bytes.Length;
    }

    private static Failure TooLarge() => new(FailureKind.TooLarge, "features.body_too_large", $"The body has more than {MaxBytes >> 20} MiB; send it in parts.");
}
