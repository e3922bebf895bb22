using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Serving;
using Orrery.Tenancy;

namespace Orrery.Delivery;

/// <summary><c>POST /api/v1/models/deploy</c>: its answers, refusals too, have one shape of their own.</summary>
internal static class DeployEndpoint
{
    private const string KeyHeader = "Idempotency-Key";
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void Map(IEndpointRouteBuilder app) => app.MapPost("/api/v1/models/deploy", DeployAsync)
        .RequirePermission(Permissions.Deploy).WithTags("Delivery").WithName("DeployModel").WithSummary("Has a version brought to an environment through the nine stages of a delivery.")
        .Accepts<DeployModel>("application/json").Produces<DeployAnswer>(StatusCodes.Status200OK, "application/json").Produces<DeployAnswer>(StatusCodes.Status400BadRequest, "application/json")
        .Produces<DeployAnswer>(StatusCodes.Status403Forbidden, "application/json").Produces<DeployAnswer>(StatusCodes.Status404NotFound, "application/json")
        .Produces<DeployAnswer>(StatusCodes.Status409Conflict, "application/json");

    private static async Task<IResult> DeployAsync(
        HttpContext context, Deliveries deliveries, DeliveryRights rights, GovernanceDoor governance, ServingOptions serving, CancellationToken cancel)
    {
        if (await ReadAsync(context, cancel) is not { } body)
            return Rejected(Failure.Invalid("delivery.invalid_request", $"The body has more than {DeployBody.MaxBytes} bytes."));
        if (DeployBody.Read(body).Failed(out var wrong, out var asked))
            return Rejected(wrong);
        var start = new StartDelivery { Model = asked.ModelName, Version = asked.ModelVersion, Environment = asked.TargetStage, Replicas = asked.Replicas ?? 1, Justification = asked.Justification };
        if (DeliveryRules.Read(start, serving).Failed(out wrong, out var spec))
            return Rejected(wrong);
        if (await rights.ProblemAsync(context, spec, cancel) is { } denied)
            return Rejected(denied);
        if (await governance.BoardProblemAsync(context.Actor(), spec, cancel) is { } board)
            return Rejected(board);
        if ((await deliveries.StartAsync(context.Actor(), spec, Key(context), cancel)).Failed(out wrong, out var delivery))
            return Rejected(wrong);
        context.Response.Headers.Location = $"{context.Request.PathBase}/api/v1/deliveries/{delivery.Id}";
        return Answer(StatusCodes.Status200OK, ("status", "success"), ("deployment_id", delivery.Id));
    }

    /// <summary>The header, or null.</summary>
    public static string? Key(HttpContext context) => context.Request.Headers.TryGetValue(KeyHeader, out var key) ? key.ToString() : null;

    private static async ValueTask<byte[]?> ReadAsync(HttpContext context, CancellationToken cancel)
    {
        if (context.Request.ContentLength > DeployBody.MaxBytes)
            return null;
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = null;
        var bytes = new byte[DeployBody.MaxBytes + 1];
        var count = await context.Request.Body.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancel);
        return count > DeployBody.MaxBytes ? null : bytes[..count];
    }

    private static BytesAnswer Rejected(Failure failure) => Answer(failure.HttpStatus, ("status", "rejected"), ("message", failure.Message));

    private static BytesAnswer Answer(int status, params ReadOnlySpan<(string Name, string Value)> fields)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Plain))
        {
            json.WriteStartObject();
            foreach (var (name, value) in fields)
                json.WriteString(name, value);
            json.WriteEndObject();
        }

        return new BytesAnswer(status, buffer.ToArray());
    }

    private sealed class BytesAnswer(int status, byte[] body) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = status;
            httpContext.Response.ContentType = "application/json";
            httpContext.Response.ContentLength = body.Length;
            await httpContext.Response.Body.WriteAsync(body, httpContext.RequestAborted);
        }
    }
}
