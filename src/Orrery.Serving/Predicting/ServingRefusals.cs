using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Orrery.Kernel;

namespace Orrery.Serving;

/// <summary>Refusals of the V1 and V2 protocols: <c>{"error": "..."}</c> with a status.</summary>
internal static class ServingRefusals
{
    /// <summary>Writes a refusal; too much at once says when to try again.</summary>
    public static Task WriteAsync(HttpContext context, int status, string message)
    {
        if (context.Response.HasStarted)
            return Task.CompletedTask;
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        if (status is StatusCodes.Status429TooManyRequests or StatusCodes.Status503ServiceUnavailable)
            context.Response.Headers.RetryAfter = 1.ToString(CultureInfo.InvariantCulture);
        return context.Response.WriteAsync($$"""{"error":{{JsonSerializer.Serialize(message, ServingJson.Default.String)}}}""", CancellationToken.None);
    }

    /// <summary>Refuses for a deployment that does not answer: 503 while it does not yet, 404 when there is none.</summary>
    public static Task NoModelAsync(HttpContext context, ActiveDeployments active, DeploymentKey key) => active.NotReady(key) is { } reason
        ? WriteAsync(context, StatusCodes.Status503ServiceUnavailable, $"Model with name {key.Name} is not ready: {reason}")
        : WriteAsync(context, StatusCodes.Status404NotFound, $"Model with name {key.Name} does not exist.");

    public static Task WriteAsync(HttpContext context, Failure failure) => WriteAsync(context, failure.HttpStatus, failure.Message);
}
