using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Orrery.Kernel;

namespace Orrery.Tenancy;

/// <summary>Marks a request that was refused with an expected failure, for the request log and metrics.</summary>
/// <param name="Failure">Why.</param>
public sealed record RefusedRequest(Failure Failure);

/// <summary>
/// The one translator of refusals to the wire: the MLflow error shape under MLflow's paths, a status of gRPC for its calls, RFC 9457 problem
/// details everywhere else; those of the inference protocols have <c>error</c> too. Headers set before stay.
/// </summary>
public static class Refusals
{
    private static readonly JsonWriterOptions Relaxed = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>True for paths that MLflow clients call, with or without <c>/w/{workspace}</c> before them.</summary>
    public static bool IsMlflowPath(PathString path)
    {
        if (path.StartsWithSegments("/w", out var rest) && rest.Value is { Length: > 1 } value)
        {
            var end = value.IndexOf('/', 1);
            path = end < 0 ? PathString.Empty : new PathString(value[end..]);
        }

        return (path.StartsWithSegments("/api") && !path.StartsWithSegments("/api/v1"))
            || path.StartsWithSegments("/ajax-api") || path.StartsWithSegments("/graphql") || path.StartsWithSegments("/v1/traces")
            || path.StartsWithSegments("/get-artifact") || path.StartsWithSegments("/model-versions/get-artifact");
    }

    /// <summary>Answers a request with a failure.</summary>
    public static Task WriteAsync(HttpContext context, Failure failure)
    {
        context.Features.Set(new RefusedRequest(failure));
        if (failure.Kind is FailureKind.Unavailable or FailureKind.Exhausted)
            context.Response.Headers.RetryAfter = context.Response.Headers.RetryAfter is { Count: > 0 } told ? told : "2";
        if (GrpcRefusals.IsGrpc(context.Request))
            return GrpcRefusals.WriteAsync(context, failure.HttpStatus, failure.Message);
        return IsMlflow(context.Request)
            ? WriteMlflowAsync(context, MlflowStatus(failure), MlflowCode(failure.Kind), failure.Message)
            : WriteProblemAsync(context, failure.HttpStatus, failure.Code, failure.Message, failure.Faults);
    }

    /// <summary>Answers a request with a status that no failure stands for: refusals of HTTP itself, and the server's own faults.</summary>
    /// <param name="context">The request.</param>
    /// <param name="status">HTTP status.</param>
    /// <param name="code">Stable and documented, as a failure's.</param>
    /// <param name="message">Shown to the caller.</param>
    /// <param name="endpointMissing">The path or the method does not exist, as opposed to a thing that a known endpoint did not find.</param>
    public static Task WriteAsync(HttpContext context, int status, string code, string message, bool endpointMissing = false)
    {
        if (GrpcRefusals.IsGrpc(context.Request))
            return GrpcRefusals.WriteAsync(context, status, endpointMissing ? GrpcStatus.Unimplemented : GrpcRefusals.Of(status), message);
        return IsMlflow(context.Request)
            ? WriteMlflowAsync(context, status, endpointMissing ? "ENDPOINT_NOT_FOUND" : MlflowCode(status), message)
            : WriteProblemAsync(context, status, code, message, faults: []);
    }

    // Behind the environment's prefix, which was taken off the path.
    private static bool IsInference(HttpRequest request) =>
        request.Path.StartsWithSegments("/v1/models", StringComparison.Ordinal) || request.Path.StartsWithSegments("/v2", StringComparison.Ordinal);

    private static bool IsMlflow(HttpRequest request) => IsMlflowPath(request.PathBase + request.Path);

    // As elsewhere, but a taken name is a 400 there.
    private static int MlflowStatus(Failure failure) => failure.Kind is FailureKind.AlreadyExists ? 400 : failure.HttpStatus;

    private static string MlflowCode(FailureKind kind) => kind switch
    {
        FailureKind.Invalid => "INVALID_PARAMETER_VALUE",
        FailureKind.NotFound => "RESOURCE_DOES_NOT_EXIST",
        FailureKind.AlreadyExists => "RESOURCE_ALREADY_EXISTS",
        FailureKind.Conflict => "RESOURCE_CONFLICT",
        FailureKind.Denied => "PERMISSION_DENIED",
        FailureKind.Unauthenticated => "UNAUTHENTICATED",
        FailureKind.TooLarge => "BAD_REQUEST",
        FailureKind.Exhausted => "REQUEST_LIMIT_EXCEEDED",
        FailureKind.Unsupported => "NOT_IMPLEMENTED",
        FailureKind.Unavailable => "TEMPORARILY_UNAVAILABLE",
        _ => throw new InvalidOperationException($"No MLflow code for {kind}."),
    };

    // Names that MLflow's clients know; they raise on others.
    private static string MlflowCode(int status) => status switch
    {
        401 => MlflowCode(FailureKind.Unauthenticated),
        403 => MlflowCode(FailureKind.Denied),
        404 => MlflowCode(FailureKind.NotFound),
        409 => MlflowCode(FailureKind.Conflict),
        429 => MlflowCode(FailureKind.Exhausted),
        501 => MlflowCode(FailureKind.Unsupported),
        503 => MlflowCode(FailureKind.Unavailable),
        504 => "DEADLINE_EXCEEDED",
        507 => "RESOURCE_EXHAUSTED",
        >= 500 => "INTERNAL_ERROR",
        _ => "BAD_REQUEST",
    };

    private static Task WriteMlflowAsync(HttpContext context, int status, string code, string message) =>
        WriteAsync(context, status, "application/json", json =>
        {
            json.WriteString("error_code"u8, code);
            json.WriteString("message"u8, message);
        });

    private static Task WriteProblemAsync(HttpContext context, int status, string code, string detail, IReadOnlyList<FieldFault> faults) =>
        WriteAsync(context, status, "application/problem+json", json =>
        {
            json.WriteString("type"u8, "about:blank"u8);
            json.WriteString("title"u8, Microsoft.AspNetCore.WebUtilities.ReasonPhrases.GetReasonPhrase(status));
            json.WriteNumber("status"u8, status);
            json.WriteString("detail"u8, detail);
            json.WriteString("code"u8, code);
            if (IsInference(context.Request))
                json.WriteString("error"u8, detail);
            if (context.Response.Headers["X-Request-Id"] is [{ } id, ..])
                json.WriteString("request_id"u8, id);
            if (faults.Count > 0)
                WriteFaults(json, faults);
        });

    private static void WriteFaults(Utf8JsonWriter json, IReadOnlyList<FieldFault> faults)
    {
        json.WriteStartArray("errors"u8);
        foreach (var fault in faults)
        {
            json.WriteStartObject();
            json.WriteString("field"u8, fault.Field);
            json.WriteString("message"u8, fault.Message);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static async Task WriteAsync(HttpContext context, int status, string contentType, Action<Utf8JsonWriter> members)
    {
        if (context.Response.HasStarted)
            return;
        using var buffer = new MemoryStream();
        await using (var json = new Utf8JsonWriter(buffer, Relaxed))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }

        context.Response.StatusCode = status;
        context.Response.ContentType = contentType;
        context.Response.ContentLength = buffer.Length;
        context.Response.Headers.CacheControl = "no-store";
        if (!HttpMethods.IsHead(context.Request.Method))
            await context.Response.Body.WriteAsync(buffer.GetBuffer().AsMemory(0, (int)buffer.Length), CancellationToken.None);
    }
}
