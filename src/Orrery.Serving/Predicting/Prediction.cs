using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Orrery.Serving;

/// <summary>What one request at work needs: its body, its tensors, its answer and its deadline. Used again for another.</summary>
internal sealed class Prediction : IDisposable
{
    private const int KeptBytes = 1 << 20;

    private byte[] _body = [];
    private int _start;
    private int _length;
    private int _most;
    private CancellationTokenSource _deadline = new();
    private CancellationTokenRegistration _abort;

    public InferenceCall Call { get; } = new();

    /// <summary>Given when it was answered.</summary>
    public Guid Id { get; set; }

    /// <summary>When it was answered.</summary>
    public DateTimeOffset At { get; set; }

    /// <summary>Names of the columns of the model that answered.</summary>
    public IReadOnlyList<string> Columns { get; set; } = [];

    /// <summary>What is looked up for it; null where no request was completed yet.</summary>
    public LookupWork? Lookup { get; set; }

    public ArrayBufferWriter<byte> Answer { get; private set; } = new(1024);

    public Utf8JsonWriter Json { get; } = new(Stream.Null, new JsonWriterOptions { SkipValidation = true });

    /// <summary>The request's body, pinned.</summary>
    public ReadOnlyMemory<byte> Body => _body.AsMemory(_start, _length - _start);

    /// <summary>Ends at the deadline, or when the caller is gone.</summary>
    public CancellationToken Cancel => _deadline.Token;

    /// <summary>Reads the body; false when it is larger than may be.</summary>
    public async ValueTask<bool> ReadAsync(HttpRequest request, int most)
    {
        _most = most;
        if (request.ContentLength > most)
            return false;
        // The server's own limit is for endpoints that have none.
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = null;
        Reserve((int)(request.ContentLength ?? 4096));
        var reader = request.BodyReader;
        while (true)
        {
            var read = await reader.ReadAsync(_deadline.Token);
            var buffer = read.Buffer;
            if (_length + buffer.Length > most)
            {
                reader.AdvanceTo(buffer.End);
                return false;
            }

            Reserve((int)buffer.Length);
            buffer.CopyTo(_body.AsSpan(_length));
            _length += (int)buffer.Length;
            reader.AdvanceTo(buffer.End);
            if (read.IsCompleted)
                return true;
        }
    }

    /// <summary>Takes a body that is there already.</summary>
    public void Take(ReadOnlySpan<byte> body)
    {
        Reserve(body.Length);
        body.CopyTo(_body.AsSpan(_length));
        _length += body.Length;
    }

    /// <summary>Leaves bytes out at the body's begin.</summary>
    public void Pass(int bytes) => _start += bytes;

    /// <summary>Puts what the body holds packed in its place.</summary>
    /// <exception cref="RefusedException">It has more than may be.</exception>
    /// <exception cref="TensorException">It is broken.</exception>
    public void Unpack(string coding)
    {
        var packed = _body;
        using var source = new MemoryStream(packed, _start, _length - _start, writable: false);
        using var reader = BodyCoding.Reader(coding, source);
        (_body, _start, _length) = ([], 0, 0);
        try
        {
            Reserve((int)Math.Min(_most, source.Length * 4));
            int read;
            while ((read = reader.Read(_body, _length, _body.Length - _length)) > 0)
            {
                _length += read;
                if (_length > _most)
                    throw new RefusedException(StatusCodes.Status413PayloadTooLarge, $"The body has more than {_most >> 20} MiB when it is unpacked; send it in parts.");
                if (_length == _body.Length)
                    Reserve(1);
            }
        }
        catch (InvalidDataException)
        {
            throw new TensorException($"The body is not what it is said to be, {coding}: it cannot be unpacked.");
        }
    }

    /// <summary>Begins the time that the request has.</summary>
    public void Begin(TimeSpan timeout, CancellationToken aborted)
    {
        _deadline.CancelAfter(timeout);
        Call.Deadline = Environment.TickCount64 + (long)timeout.TotalMilliseconds;
        _abort = aborted.UnsafeRegister(static deadline => ((CancellationTokenSource)deadline!).Cancel(), _deadline);
    }

    /// <summary>Makes it as new.</summary>
    public void Reset()
    {
        _abort.Dispose();
        if (!_deadline.TryReset())
        {
            _deadline.Dispose();
            _deadline = new CancellationTokenSource();
        }

        Call.Reset();
        Lookup?.Reset();
        Columns = [];
        (_start, _length) = (0, 0);
        if (_body.Length > KeptBytes)
            _body = [];
        if (Answer.Capacity > KeptBytes)
            Answer = new(1024);
        else
            Answer.ResetWrittenCount();
    }

    public void Dispose()
    {
        _deadline.Dispose();
        Json.Dispose();
    }

    // Of bytes after those that are there.
    private void Reserve(int more)
    {
        if (_body.Length - _length >= more)
            return;
        var larger = GC.AllocateUninitializedArray<byte>((int)Math.Min(Array.MaxLength, Math.Max(_length + (long)more, _body.Length * 2L)), pinned: true);
        _body.AsSpan(0, _length).CopyTo(larger);
        _body = larger;
    }
}
