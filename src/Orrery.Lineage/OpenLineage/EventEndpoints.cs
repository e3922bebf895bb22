using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Tenancy;

namespace Orrery.Lineage;

/// <summary>OpenLineage over HTTP, where its producers look for it: <c>/api/v1/lineage</c>.</summary>
internal sealed class EventEndpoints(LineageEvents events)
{
    public void Map(IEndpointRouteBuilder app)
    {
        app.MapPost("/api/v1/lineage", RecordAsync).RequirePermission(Permissions.Write).WithName("RecordLineageEvent").WithTags("Lineage")
            .WithSummary("Takes an OpenLineage RunEvent, JobEvent or DatasetEvent. The same event again changes nothing.")
            .Accepts<JsonElement>("application/json").Produces(StatusCodes.Status201Created);
        app.MapGet("/api/v1/lineage/events", ListAsync).RequirePermission(Permissions.Read).WithName("ListLineageEvents").WithTags("Lineage")
            .WithSummary("OpenLineage events as they came, newest first; after and before are Unix milliseconds.");
    }

    // Producers know 201 for taken.
    private async Task<IResult> RecordAsync(HttpContext context, CancellationToken cancel)
    {
        if ((await ReadAsync(context.Request, cancel)).Failed(out var tooLarge, out var body))
            return Refused(tooLarge);
        var recorded = await events.RecordAsync(context.Actor(), body, cancel);
        return recorded.Failure is { } wrong ? Refused(wrong) : Results.StatusCode(StatusCodes.Status201Created);
    }

    private static Answer Refused(Failure failure) => (Result<Done>)failure;

    private async Task<Answer<LineageEventPage>> ListAsync(long? after, long? before, int? limit, string? page_token, HttpContext context, CancellationToken cancel) =>
        await events.ListAsync(context.Actor(), after, before, limit ?? 100, page_token, cancel);

    private static async ValueTask<Result<byte[]>> ReadAsync(HttpRequest request, CancellationToken cancel)
    {
        using var body = new MemoryStream();
        var buffer = new byte[81_920];
        int read;
        while ((read = await request.Body.ReadAsync(buffer, cancel)) > 0)
        {
            if (body.Length + read > EventReader.MaxBytes)
                return new Failure(FailureKind.TooLarge, "lineage.event_too_large", $"The event has more than {EventReader.MaxBytes} bytes.");
            body.Write(buffer, 0, read);
        }

        return body.ToArray();
    }
}
