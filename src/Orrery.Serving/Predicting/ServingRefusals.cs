using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Orrery.Kernel;
using Orrery.Tenancy;

namespace Orrery.Serving;

/// <summary>Refusals of the V1 and V2 protocols: <c>{"error": "..."}</c> with a status.</summary>
internal static class ServingRefusals
{
    /// <summary>Writes a refusal; too much at once says when to try again.</summary>
    /// <param name="context">Of the request.</param>
    /// <param name="status">Of HTTP.</param>
    /// <param name="message">For the caller.</param>
    /// <param name="retryAfter">When, in whole seconds upwards; null for a second.</param>
    public static Task WriteAsync(HttpContext context, int status, string message, TimeSpan? retryAfter = null)
    {
        if (context.Response.HasStarted)
            return Task.CompletedTask;
        if (status is StatusCodes.Status429TooManyRequests or StatusCodes.Status503ServiceUnavailable)
            context.Response.Headers.RetryAfter = Math.Max(1, Math.Ceiling(retryAfter?.TotalSeconds ?? 1)).ToString(CultureInfo.InvariantCulture);
        if (GrpcRefusals.IsGrpc(context.Request))
            return GrpcRefusals.WriteAsync(context, status, message);
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync($$"""{"error":{{JsonSerializer.Serialize(message, ServingJson.Default.String)}}}""", CancellationToken.None);
    }

    /// <summary>Refuses for a deployment that does not answer: 503 while it does not yet, 404 when there is none.</summary>
    public static Task NoModelAsync(HttpContext context, ActiveDeployments active, DeploymentKey key) => WriteAsync(context, NoModel(active, key));

    /// <summary>Why a deployment does not answer: <c>serving.not_ready</c>, <c>serving.model_not_found</c>.</summary>
    public static Failure NoModel(ActiveDeployments active, DeploymentKey key) => active.NotReady(key) is { } reason
        ? Failure.Unavailable("serving.not_ready", $"Model with name {key.Name} is not ready: {reason}")
        : !active.IsKnown ? Failure.Unavailable("serving.not_ready", "This server has just started and does not know its deployments yet; try again in a moment.")
        : Failure.NotFound("serving.model_not_found", $"Model with name {key.Name} does not exist.");

    /// <summary>No variant is of a version.</summary>
    public static Failure NoVersion(ActiveDeployment deployment, string version) => Failure.NotFound(
        "serving.version_not_found",
        $"Version {version} of {deployment.Row.Key.Name} does not exist; there is {string.Join(", ", deployment.Answering.Select(static variant => variant.Version).Distinct())}.");

    public static Task WriteAsync(HttpContext context, Failure failure) => WriteAsync(context, failure.HttpStatus, failure.Message);
}
