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
                await Refusals.WriteAsync(context, refusal);
            else if (climbing is not null)
                await Refusals.WriteAsync(context, Failure.Invalid("server.invalid_path", "Invalid path"));
            else if (HasNul(context.Request.QueryString) && !Refusals.IsMlflowPath(path))
                await Refusals.WriteAsync(context, Failure.Invalid("server.invalid_query", "The query has the character U+0000 (%00), which no text may have."));
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
            cause = await AnswerAsync(context, e);
        }

        if (StatusOf(context) >= 400 || cause is not null)
            LogFailure(context, path, cause, started);
    }

    // MLflow's endpoints answer it in their own words; Kestrel refuses it in paths and headers.
    private static bool HasNul(QueryString query) => query.Value is { } text && text.Contains("%00", StringComparison.Ordinal);

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
                Refusals.WriteAsync(context, 404, "server.no_endpoint", $"There is nothing at {path}.", endpointMissing: true),
            405 => Refusals.WriteAsync(
                context, 405, "server.wrong_method", $"{path} does not take {method}, but {response.Headers.Allow}.", endpointMissing: true),
            415 => Refusals.WriteAsync(context, 415, "server.wrong_content_type", $"{path} does not take a body of type '{context.Request.ContentType}'."),
            var status => Refusals.WriteAsync(context, status, "server.refused", "The request was refused."),
        };
    }

    /// <returns>The exception, when it is the server's fault.</returns>
    private static async Task<Exception?> AnswerAsync(HttpContext context, Exception e)
    {
        if (context.Response.HasStarted)
        {
            // Half an answer cannot be taken back; a broken connection at least shows that it is one.
            context.Abort();
            return e;
        }

        context.Response.Clear();
        SetHeaders(context);
        await (e switch
        {
            BadHttpRequestException bad => Refusals.WriteAsync(
                context, bad.StatusCode, "server.bad_request", bad.InnerException is { } inner ? $"{bad.Message} {inner.Message}" : bad.Message),
            DatabaseUnavailableException => Refusals.WriteAsync(context, Failure.Unavailable("storage.database_away", e.Message)),
            BlobStoreFullException => Refusals.WriteAsync(context, 507, "storage.disk_full", e.Message),
            _ when DiskFull.Caused(e) => Refusals.WriteAsync(
                context, 507, "storage.disk_full", "The server's disk is full. Nothing of this request was kept; free some space and try again."),
            _ => Refusals.WriteAsync(
                context, 500, "server.internal_error", $"The server failed on this request. Its log has the cause under request id {context.TraceIdentifier}."),
        });
        return StatusOf(context) < 500 ? null : e;
    }

    // gRPC answers 200 whatever it says.
    private static int StatusOf(HttpContext context) => context.Features.Get<GrpcRefusal>()?.HttpStatus ?? context.Response.StatusCode;

    private static bool IsClientGone(HttpContext context, Exception e) =>
        e is ConnectionResetException || (context.RequestAborted.IsCancellationRequested && e is (OperationCanceledException or IOException));

    private void LogFailure(HttpContext context, PathString path, Exception? cause, long started)
    {
        const int longestPath = 256;
        var elapsed = (long)time.GetElapsedTime(started).TotalMilliseconds;
        var shown = path.Value is { Length: > longestPath } value ? value[..longestPath] : path.Value ?? "";
        var status = StatusOf(context);
        var refused = context.Features.Get<RefusedRequest>()?.Failure;
        if (cause is not null || (status >= 500 && refused?.Kind is not FailureKind.Unsupported))
            Log.RequestFailed(logger, cause, context.Request.Method, shown, status, elapsed);
        else
            Log.RequestRefused(logger, context.Request.Method, shown, status, refused?.Code ?? "-", elapsed);
    }
}
