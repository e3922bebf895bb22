using Microsoft.AspNetCore.Connections;
using Orrery.Kernel;
using Orrery.Storage;
using Orrery.Tenancy;

namespace Orrery.Server;

/// <summary>
/// The outermost step: request id, security headers, the gate, and what becomes of failures. Each failed request is logged once,
/// a successful one not at all, and every error is answered in the protocol of its path.
/// </summary>
internal sealed class RequestEdge(RequestDelegate next, Gate gate, TimeProvider time, ILogger<RequestEdge> logger)
{
    private const int ClientGone = 499;

    public async Task InvokeAsync(HttpContext context)
    {
        var started = time.GetTimestamp();
        var climbing = RawPath.Climbing(context);
        if (climbing is { } sent)
            context.Request.Path = sent;
        var path = context.Request.PathBase + context.Request.Path;
        using var scope = RequestId.Adopt(context, logger);
        SetHeaders(context);
        Exception? cause = null;
        try
        {
            if (gate.Refuses(context.Request) is { } refusal)
                await ErrorAnswer.WriteAsync(context, path, StatusCodes.Status403Forbidden, refusal);
            else if (climbing is not null)
                await Refusals.WriteAsync(context, Failure.Invalid("server.invalid_path", "Invalid path"));
            else
                await next(context);
            await CompleteAsync(context, path);
        }
        catch (Exception e) when (IsClientGone(context, e))
        {
            if (!context.Response.HasStarted)
                context.Response.StatusCode = ClientGone;
            return;
        }
        catch (Exception e)
        {
            cause = await AnswerAsync(context, path, e);
        }

        if (context.Response.StatusCode >= 400 || cause is not null)
            LogFailure(context, path, cause, started);
    }

    private static void SetHeaders(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers[RequestId.Header] = context.TraceIdentifier;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "SAMEORIGIN";
        headers["Referrer-Policy"] = "same-origin";
    }

    // An error without a body: nobody answered the path, its method is another, or an endpoint gave only a status.
    private static Task CompleteAsync(HttpContext context, PathString path)
    {
        var response = context.Response;
        if (response.StatusCode < 400 || response.HasStarted || response.ContentLength is not null || response.ContentType is not null)
            return Task.CompletedTask;
        var method = context.Request.Method;
        return response.StatusCode switch
        {
            404 when context.GetEndpoint() is null =>
                ErrorAnswer.WriteAsync(context, path, 404, $"There is nothing at {path}.", endpointMissing: true),
            405 => ErrorAnswer.WriteAsync(
                context, path, 405, $"{path} does not take {method}, but {response.Headers.Allow}.", endpointMissing: true),
            415 => ErrorAnswer.WriteAsync(context, path, 415, $"{path} does not take a body of type '{context.Request.ContentType}'."),
            var status => ErrorAnswer.WriteAsync(context, path, status, "The request was refused."),
        };
    }

    /// <returns>The exception, when it is the server's fault.</returns>
    private static async Task<Exception?> AnswerAsync(HttpContext context, PathString path, Exception e)
    {
        if (context.Response.HasStarted)
        {
            // Half an answer cannot be taken back; a broken connection at least shows that it is one.
            context.Abort();
            return e;
        }

        var (status, message) = Translate(e, context.TraceIdentifier);
        context.Response.Clear();
        SetHeaders(context);
        if (status == StatusCodes.Status503ServiceUnavailable)
            context.Response.Headers.RetryAfter = "1";
        await ErrorAnswer.WriteAsync(context, path, status, message);
        return status < 500 ? null : e;
    }

    private static (int Status, string Message) Translate(Exception e, string requestId) => e switch
    {
        BadHttpRequestException bad => (bad.StatusCode, bad.InnerException is { } inner ? $"{bad.Message} {inner.Message}" : bad.Message),
        DatabaseUnavailableException => (StatusCodes.Status503ServiceUnavailable, e.Message),
        BlobStoreFullException => (StatusCodes.Status507InsufficientStorage, e.Message),
        _ when DiskFull.Caused(e) => (StatusCodes.Status507InsufficientStorage, "The server's disk is full. Nothing of this request was kept; free some space and try again."),
        _ => (StatusCodes.Status500InternalServerError, $"The server failed on this request. Its log has the cause under request id {requestId}."),
    };

    private static bool IsClientGone(HttpContext context, Exception e) =>
        e is ConnectionResetException || (context.RequestAborted.IsCancellationRequested && e is (OperationCanceledException or IOException));

    private void LogFailure(HttpContext context, PathString path, Exception? cause, long started)
    {
        const int longestPath = 256;
        var elapsed = (long)time.GetElapsedTime(started).TotalMilliseconds;
        var shown = path.Value is { Length: > longestPath } value ? value[..longestPath] : path.Value ?? "";
        var status = context.Response.StatusCode;
        if (status >= 500 || cause is not null)
            Log.RequestFailed(logger, cause, context.Request.Method, shown, status, elapsed);
        else
            Log.RequestRefused(logger, context.Request.Method, shown, status, context.Features.Get<RefusedRequest>()?.Failure.Code ?? "-", elapsed);
    }
}
