using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Orrery.Serving;

/// <summary>
/// CloudEvents 1.0 over HTTP around V1 requests, answered in kind: in binary mode the attributes are headers (<c>ce-id</c>), in structured mode the body is
/// the event and the request is its <c>data</c>.
/// </summary>
internal static class V1Event
{
    private const string AnswerType = "org.kubeflow.serving.inference.response";
    private static readonly string[] Required = ["specversion", "id", "source", "type"];

    public static bool IsStructured(HttpRequest request) => ContentTypes.Is(request, ContentTypes.CloudEvent);

    public static bool IsBinary(HttpRequest request) => request.Headers.ContainsKey("ce-specversion");

    /// <summary>The headers have what an event must have.</summary>
    /// <exception cref="TensorException">One is missing.</exception>
    public static void CheckHeaders(HttpRequest request)
    {
        foreach (var name in Required)
        {
            if (string.IsNullOrEmpty(request.Headers["ce-" + name].ToString()))
                throw new TensorException($"The CloudEvent has no '{name}' (header ce-{name}).");
        }
    }

    /// <summary>Where in an event its data lies.</summary>
    /// <exception cref="TensorException">It has none, or lacks what an event must have.</exception>
    public static (int Start, int Length) Data(ReadOnlySpan<byte> body)
    {
        try
        {
            return Find(body);
        }
        catch (InvalidOperationException)
        {
            throw V2Text.NoText();
        }
    }

    private static (int Start, int Length) Find(ReadOnlySpan<byte> body)
    {
        var json = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = 42 });
        if (!json.Read() || json.TokenType is not JsonTokenType.StartObject)
            throw new TensorException("A CloudEvent must be a JSON object.");
        var seen = new bool[Required.Length];
        (int, int)? data = null;
        while (json.Read() && json.TokenType is JsonTokenType.PropertyName)
        {
            for (var index = 0; index < Required.Length; index++)
                seen[index] |= json.ValueTextEquals(Required[index]);
            var isData = json.ValueTextEquals("data"u8);
            json.Read();
            var start = (int)json.TokenStartIndex;
            json.Skip();
            if (isData)
                data = (start, (int)json.BytesConsumed - start);
        }

        while (json.Read())
        {
        }

        var missing = Array.IndexOf(seen, false);
        if (missing >= 0)
            throw new TensorException($"The CloudEvent has no '{Required[missing]}'.");
        return data ?? throw new TensorException("The CloudEvent has no 'data', which is the request.");
    }

    /// <summary>The attributes of an answer in binary mode.</summary>
    public static void WriteHeaders(HttpResponse response, string model, string id, DateTimeOffset now)
    {
        response.Headers["ce-specversion"] = "1.0";
        response.Headers["ce-id"] = id;
        response.Headers["ce-source"] = Source(model);
        response.Headers["ce-type"] = AnswerType;
        response.Headers["ce-time"] = Time(now);
    }

    /// <summary>Begins an answer in structured mode; its data follows.</summary>
    public static void Begin(Utf8JsonWriter json, string model, string id, DateTimeOffset now)
    {
        json.WriteStartObject();
        json.WriteString("specversion"u8, "1.0"u8);
        json.WriteString("id"u8, id);
        json.WriteString("source"u8, Source(model));
        json.WriteString("type"u8, AnswerType);
        json.WriteString("time"u8, Time(now));
        json.WriteString("datacontenttype"u8, ContentTypes.Json);
        json.WritePropertyName("data"u8);
    }

    private static string Source(string model) => $"/v1/models/{Uri.EscapeDataString(model)}";

    private static string Time(DateTimeOffset now) => now.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
}
