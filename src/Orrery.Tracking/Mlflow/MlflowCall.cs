using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Orrery.Kernel;
using Orrery.Tenancy;

namespace Orrery.Tracking;

/// <summary>One call of an MLflow endpoint: what was asked, who asks, and the JSON answer being written.</summary>
public sealed class MlflowCall : IDisposable
{
    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };
    private readonly JsonDocument? _document;
    private readonly PooledBuffer _buffer = new();

    private MlflowCall(HttpContext http, JsonDocument? document, MlflowFields fields)
    {
        Http = http;
        Actor = http.Actor();
        Fields = fields;
        _document = document;
        Json = new Utf8JsonWriter(_buffer, Relaxed);
    }

    /// <summary>The request, for what is not in its fields.</summary>
    public HttpContext Http { get; }

    /// <summary>Who acts, in which workspace.</summary>
    public Actor Actor { get; }

    /// <summary>The request's fields: the JSON body, or the query of a GET.</summary>
    public MlflowFields Fields { get; }

    /// <summary>The answer. Handlers write the members of one object; its braces are the caller's.</summary>
    public Utf8JsonWriter Json { get; }

    /// <summary>Ends with the request.</summary>
    public CancellationToken Cancel => Http.RequestAborted;

    /// <summary>A part of the path.</summary>
    public string Route(string name) => (string)Http.Request.RouteValues[name]!;

    /// <summary>The rest of the path, where slashes count: routing leaves an encoded one encoded.</summary>
    public string RouteWithSlashes(string name) => Route(name).Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);

    /// <inheritdoc/>
    public void Dispose()
    {
        Json.Dispose();
        _buffer.Dispose();
        _document?.Dispose();
    }

    /// <summary>Reads the request; a failure when its content type is not JSON, or when it has text that no database keeps.</summary>
    internal static async ValueTask<Result<MlflowCall>> ReadAsync(HttpContext http)
    {
        if (KeepableText.Problem(http.Request.QueryString) is { } inQuery)
            return inQuery;
        if (HttpMethods.IsGet(http.Request.Method))
            return new MlflowCall(http, document: null, new(http.Request.Query));
        if (http.Request.ContentType is null && http.Request.ContentLength is null or 0 && HttpMethods.IsDelete(http.Request.Method))
            return new MlflowCall(http, document: null, new(http.Request.Query));
        if (!IsJson(http.Request.ContentType))
            return Failure.Invalid("tracking.content_type", "Bad Request. Content-Type must be one of ['application/json'].");
        return (await ParseAsync(http)).Failed(out var wrong, out var document) ? wrong : new MlflowCall(http, document, new(document.RootElement));
    }

    /// <summary>Sends the answer.</summary>
    internal async ValueTask SendAsync()
    {
        await Json.FlushAsync(Cancel);
        var response = Http.Response;
        response.ContentType = "application/json";
        response.ContentLength = _buffer.Written.Length;
        await response.Body.WriteAsync(_buffer.Written, Cancel);
    }

    private static bool IsJson(string? contentType)
    {
        var type = contentType.AsSpan();
        var end = type.IndexOf(';');
        return (end < 0 ? type : type[..end]).Trim().Equals("application/json", StringComparison.OrdinalIgnoreCase);
    }

    // As MLflow does, a body that is not JSON counts as empty (its fields are then missing), and a JSON text holds JSON itself.
    private static async ValueTask<Result<JsonDocument>> ParseAsync(HttpContext http)
    {
        using var body = new MemoryStream((int)Math.Clamp(http.Request.ContentLength ?? 0, 256, 1 << 20));
        await http.Request.Body.CopyToAsync(body, http.RequestAborted);
        var bytes = body.GetBuffer().AsMemory(0, (int)body.Length);
        try
        {
            var checkedOuter = Check(Parse(bytes));
            if (checkedOuter.Failed(out _, out var document) || document.RootElement.ValueKind is not JsonValueKind.String)
                return checkedOuter;
            using (document)
                return Check(JsonDocument.Parse(document.RootElement.GetString()!));
        }
        catch (JsonException)
        {
            return JsonDocument.Parse("{}"u8.ToArray());
        }
    }

    private static JsonDocument Parse(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            return JsonDocument.Parse(bytes);
        }
        catch (JsonException) when (PythonNumbers.Quote(bytes.Span) is { } quoted)
        {
            return JsonDocument.Parse(quoted);
        }
    }

    private static Result<JsonDocument> Check(JsonDocument document)
    {
        if (KeepableText.Problem(JsonMarshal.GetRawUtf8Value(document.RootElement)) is not { } problem)
            return document;
        document.Dispose();
        return problem;
    }

    private sealed class PooledBuffer : IBufferWriter<byte>, IDisposable
    {
        private byte[] _bytes = ArrayPool<byte>.Shared.Rent(4096);
        private int _length;

        public ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, _length);

        public void Advance(int count) => _length += count;

        public Memory<byte> GetMemory(int sizeHint = 0)
        {
            Ensure(sizeHint);
            return _bytes.AsMemory(_length);
        }

        public Span<byte> GetSpan(int sizeHint = 0)
        {
            Ensure(sizeHint);
            return _bytes.AsSpan(_length);
        }

        public void Dispose()
        {
            ArrayPool<byte>.Shared.Return(_bytes);
            _bytes = [];
        }

        private void Ensure(int sizeHint)
        {
            if (_bytes.Length - _length >= Math.Max(sizeHint, 1))
                return;
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_bytes.Length * 2, _length + sizeHint));
            _bytes.AsSpan(0, _length).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_bytes);
            _bytes = larger;
        }
    }
}
