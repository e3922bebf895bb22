using System.Text;
using Microsoft.AspNetCore.Http;
using Orrery.Kernel;
using Orrery.Tenancy;

namespace Orrery.Features;

/// <summary>
/// Refusals on Feast's endpoints. Strict: problem details. As Feast: its exceptions are JSON in a JSON text, from which its client makes them anew;
/// what is no exception of its own is the message as a JSON text; a body of another shape is a list of faults.
/// </summary>
internal static class FeastRefusals
{
    private const string Module = "feast.errors";

    public static Task WriteAsync(HttpContext context, Failure failure, bool asFeast)
    {
        if (!asFeast)
            return Refusals.WriteAsync(context, failure);
        if (failure.Code is RequestBody.NotText)
            return WriteAsync(context, [BodyFault.NotJson(failure.Message)], asFeast);
        context.Features.Set(new RefusedRequest(failure));
        if (failure.Kind is FailureKind.Unavailable or FailureKind.Exhausted)
            context.Response.Headers.RetryAfter = "2";
        var (status, type) = Of(failure);
        using var text = new ByteWriter(512);
        if (type is null)
        {
            text.Text(failure.Message);
            return SendAsync(context, status, text.Written);
        }

        using var inner = new ByteWriter(512);
        inner.Raw("{\"module\":\""u8);
        inner.Raw(Encoding.UTF8.GetBytes(Module));
        inner.Raw("\",\"class\":"u8);
        inner.Text(type);
        inner.Raw(",\"message\":"u8);
        inner.Text(failure.Message);
        inner.Raw((byte)'}');
        text.Text(inner.Written.Span);
        return SendAsync(context, status, text.Written);
    }

    /// <summary>
    /// Refusals made before an endpoint is reached: a missing permission is Feast's exception for it; for all else Feast's server has the form of
    /// its framework, a detail with the status of HTTP.
    /// </summary>
    public static Task WriteOutsideAsync(HttpContext context, Failure failure, bool asFeast)
    {
        if (!asFeast || failure.Kind is FailureKind.Denied)
            return WriteAsync(context, failure, asFeast);
        context.Features.Set(new RefusedRequest(failure));
        if (failure.Kind is FailureKind.Unavailable or FailureKind.Exhausted && context.Response.Headers.RetryAfter.Count == 0)
            context.Response.Headers.RetryAfter = "2";
        using var json = new ByteWriter(512);
        json.Raw("{\"detail\":"u8);
        json.Text(failure.Message);
        json.Raw((byte)'}');
        return SendAsync(context, failure.HttpStatus, json.Written);
    }

    /// <summary>What the server itself got wrong.</summary>
    public static Task WriteFaultAsync(HttpContext context)
    {
        using var text = new ByteWriter(128);
        text.Text("The server failed to answer this request; its log says why.");
        return SendAsync(context, StatusCodes.Status500InternalServerError, text.Written);
    }

    /// <summary>Tells all faults of a body; problem details have the first.</summary>
    public static Task WriteAsync(HttpContext context, IReadOnlyList<BodyFault> faults, bool asFeast)
    {
        if (!asFeast)
            return Refusals.WriteAsync(context, faults[0].Failure);
        context.Features.Set(new RefusedRequest(faults[0].Failure));
        using var json = new ByteWriter(512);
        json.Raw("{\"detail\":["u8);
        for (var at = 0; at < faults.Count; at++)
        {
            if (at > 0)
                json.Raw((byte)',');
            Write(json, faults[at]);
        }

        json.Raw("]}"u8);
        return SendAsync(context, StatusCodes.Status422UnprocessableEntity, json.Written);
    }

    private static void Write(ByteWriter json, BodyFault fault)
    {
        json.Raw("{\"type\":"u8);
        json.Text(fault.Type);
        json.Raw(",\"loc\":[\"body\""u8);
        foreach (var member in fault.Place)
        {
            json.Raw((byte)',');
            json.Text(member);
        }

        json.Raw("],\"msg\":"u8);
        json.Text(fault.Message);
        json.Raw(",\"input\":"u8);
        json.Raw(Encoding.UTF8.GetBytes(fault.Input));
        json.Raw((byte)'}');
    }

    // Feast's status and exception of a failure; without one, its answer for any other exception.
    private static (int Status, string? Class) Of(Failure failure) => failure.Code switch
    {
        "features.view_not_found" => (404, "FeatureViewNotFoundException"),
        "features.service_not_found" => (404, "FeatureServiceNotFoundException"),
        "features.project_not_found" => (404, "ProjectObjectNotFoundException"),
        "features.request_data_missing" => (404, "RequestDataNotFoundInEntityRowsException"),
        "features.push_source_not_found" => (422, "PushSourceNotFoundException"),
        "features.name_collision" => (500, "FeatureNameCollisionError"),
        _ => failure.Kind switch
        {
            FailureKind.Denied => (403, "FeastPermissionError"),
            FailureKind.TooLarge or FailureKind.Exhausted or FailureKind.Unavailable or FailureKind.Unsupported => (failure.HttpStatus, null),
            FailureKind.Conflict when failure.Code is "features.materializing" => (409, null),
            FailureKind.Conflict when failure.Code is "features.idempotency_key_reused" => (422, null),
            _ => (500, null),
        },
    };

    private static Task SendAsync(HttpContext context, int status, ReadOnlyMemory<byte> body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = body.Length;
        // The buffer goes back to its pool when this returns.
        return context.Response.Body.WriteAsync(body.ToArray(), CancellationToken.None).AsTask();
    }
}
