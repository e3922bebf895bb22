using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Orrery.Tenancy;

/// <summary>Marks a gRPC call that was refused: HTTP says 200.</summary>
/// <param name="HttpStatus">What HTTP would have said.</param>
public sealed record GrpcRefusal(int HttpStatus);

/// <summary>Refusals of gRPC calls: status and message stand in the headers of an answer without a body ("Trailers-Only").</summary>
public static class GrpcRefusals
{
    private const string Type = "application/grpc";

    // Clients take 8 KiB of metadata in all.
    private const int LongestMessage = 4096;

    /// <summary>True for gRPC calls, of whatever method.</summary>
    public static bool IsGrpc(HttpRequest request) => request.ContentType is { } type
        && type.StartsWith(Type, StringComparison.OrdinalIgnoreCase) && (type.Length == Type.Length || type[Type.Length] is '+' or ';')
        && HttpProtocol.IsHttp2(request.Protocol);

    /// <summary>Answers a call with what HTTP would answer with a status.</summary>
    /// <param name="context">The call.</param>
    /// <param name="http">HTTP status.</param>
    /// <param name="message">Shown to the caller.</param>
    public static Task WriteAsync(HttpContext context, int http, string message) => WriteAsync(context, http, Of(http), message);

    /// <summary>Answers a call with a status of gRPC.</summary>
    /// <param name="context">The call.</param>
    /// <param name="http">HTTP status, for the log.</param>
    /// <param name="status">Of gRPC.</param>
    /// <param name="message">Shown to the caller.</param>
    public static Task WriteAsync(HttpContext context, int http, GrpcStatus status, string message)
    {
        var response = context.Response;
        if (response.HasStarted)
            return Task.CompletedTask;
        context.Features.Set(new GrpcRefusal(http));
        response.StatusCode = StatusCodes.Status200OK;
        response.ContentType = Type;
        response.Headers["grpc-status"] = ((int)status).ToString(CultureInfo.InvariantCulture);
        response.Headers["grpc-message"] = Encode(message);
        if (response.Headers.RetryAfter is [{ } after, ..] && int.TryParse(after, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
            response.Headers["grpc-retry-pushback-ms"] = (seconds * 1000L).ToString(CultureInfo.InvariantCulture);
        return Task.CompletedTask;
    }

    /// <summary>The status of gRPC that says what one of HTTP says.</summary>
    public static GrpcStatus Of(int http) => http switch
    {
        400 or 411 or 415 or 422 => GrpcStatus.InvalidArgument,
        401 => GrpcStatus.Unauthenticated,
        403 => GrpcStatus.PermissionDenied,
        404 => GrpcStatus.NotFound,
        409 => GrpcStatus.FailedPrecondition,
        413 or 429 or 507 => GrpcStatus.ResourceExhausted,
        499 => GrpcStatus.Cancelled,
        405 or 501 => GrpcStatus.Unimplemented,
        502 or 503 => GrpcStatus.Unavailable,
        408 or 504 => GrpcStatus.DeadlineExceeded,
        >= 500 => GrpcStatus.Internal,
        _ => GrpcStatus.Unknown,
    };

    /// <summary>A message as the header has it: UTF-8, with what is no printable ASCII, and the percent sign, as %XX.</summary>
    public static string Encode(string message)
    {
        var text = new StringBuilder(message.Length);
        Span<byte> utf8 = stackalloc byte[4];
        foreach (var rune in message.EnumerateRunes())
        {
            if (text.Length > LongestMessage)
                return text.Append("...").ToString();
            if (rune.Value is >= 0x20 and <= 0x7E and not '%')
            {
                text.Append((char)rune.Value);
                continue;
            }

            foreach (var one in utf8[..rune.EncodeToUtf8(utf8)])
                text.Append(CultureInfo.InvariantCulture, $"%{one:X2}");
        }

        return text.ToString();
    }
}
