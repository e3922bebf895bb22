using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;
using Orrery.Tenancy;

namespace Orrery.Server;

/// <summary>Errors in the protocol of the path: MLflow's shape under its prefixes, problem details (RFC 9457) elsewhere.</summary>
internal static class ErrorAnswer
{
    /// <summary>
    /// Writes an error as the whole answer to a request for <paramref name="path"/>, as the client sent it. Headers set before stay.
    /// <paramref name="endpointMissing"/>: the path or the method does not exist, as opposed to a thing that a known endpoint did not find.
    /// </summary>
    public static async Task WriteAsync(HttpContext context, PathString path, int status, string message, bool endpointMissing = false)
    {
        var response = context.Response;
        response.StatusCode = status;
        var mlflow = Refusals.IsMlflowPath(path);
        var body = mlflow ? Mlflow(status, message, endpointMissing) : Problem(status, message, context.TraceIdentifier);
        response.ContentType = mlflow ? "application/json" : "application/problem+json";
        response.ContentLength = body.Length;
        response.Headers.CacheControl = "no-store";
        if (!HttpMethods.IsHead(context.Request.Method))
            await response.Body.WriteAsync(body, CancellationToken.None);
    }

    private static ReadOnlyMemory<byte> Mlflow(int status, string message, bool endpointMissing) => Json(json =>
    {
        json.WriteString("error_code"u8, endpointMissing ? "ENDPOINT_NOT_FOUND" : MlflowCode(status));
        json.WriteString("message"u8, message);
    });

    private static ReadOnlyMemory<byte> Problem(int status, string message, string requestId) => Json(json =>
    {
        json.WriteString("type"u8, "about:blank"u8);
        json.WriteString("title"u8, ReasonPhrases.GetReasonPhrase(status));
        json.WriteNumber("status"u8, status);
        json.WriteString("detail"u8, message);
        json.WriteString("request_id"u8, requestId);
    });

    // Names that MLflow's clients know; they raise on others.
    private static string MlflowCode(int status) => status switch
    {
        401 => "UNAUTHENTICATED",
        403 => "PERMISSION_DENIED",
        404 => "RESOURCE_DOES_NOT_EXIST",
        409 => "RESOURCE_CONFLICT",
        429 => "REQUEST_LIMIT_EXCEEDED",
        501 => "NOT_IMPLEMENTED",
        503 => "TEMPORARILY_UNAVAILABLE",
        504 => "DEADLINE_EXCEEDED",
        507 => "RESOURCE_EXHAUSTED",
        >= 500 => "INTERNAL_ERROR",
        _ => "BAD_REQUEST",
    };

    private static ReadOnlyMemory<byte> Json(Action<Utf8JsonWriter> write)
    {
        var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        return buffer.GetBuffer().AsMemory(0, (int)buffer.Length);
    }
}
