using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Orrery.Serving;

/// <summary>What one request at work needs: its body, its tensors, its answer and its deadline. Used again for another.</summary>
internal sealed class Prediction : IDisposable
{
    private const int KeptBytes = 1 << 20;

    private byte[] _body = [];
    private int _length;
    private CancellationTokenSource _deadline = new();
    private CancellationTokenRegistration _abort;

    public InferenceCall Call { get; } = new();

    public ArrayBufferWriter<byte> Answer { get; private set; } = new(1024);

    public Utf8JsonWriter Json { get; } = new(Stream.Null, new JsonWriterOptions { SkipValidation = true });

    /// <summary>The request's body, pinned.</summary>
    public ReadOnlyMemory<byte> Body => _body.AsMemory(0, _length);

    /// <summary>Ends at the deadline, or when the caller is gone.</summary>
    public CancellationToken Cancel => _deadline.Token;

    /// <summary>Reads the body; false when it is larger than may be.</summary>
    public async ValueTask<bool> ReadAsync(HttpRequest request, int most)
    {
        if (request.ContentLength > most)
            return false;
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
        _length = 0;
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

    private void Reserve(int more)
    {
        if (_body.Length - _length >= more)
            return;
        var larger = GC.AllocateUninitializedArray<byte>((int)Math.Min(Array.MaxLength, Math.Max(_length + (long)more, _body.Length * 2L)), pinned: true);
        _body.AsSpan(0, _length).CopyTo(larger);
        _body = larger;
    }
}
