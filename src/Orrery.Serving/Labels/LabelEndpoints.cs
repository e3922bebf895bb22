using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Tenancy;

namespace Orrery.Serving;

/// <summary><c>/api/v1/labels</c>.</summary>
internal sealed class LabelEndpoints(Labels labels)
{
    public void Map(IEndpointRouteBuilder app) => app.MapPost("/api/v1/labels", PutAsync).RequirePermission(Permissions.Label).WithTags("Serving")
        .WithName("PutLabels").WithSummary("Says what turned out to be true of predictions, up to 10,000 at once.")
        .Accepts<IReadOnlyList<PredictionLabel>>("application/json");

    private async Task<Answer<LabelReceipt>> PutAsync(HttpContext context, CancellationToken cancel)
    {
        try
        {
            using var document = await JsonDocument.ParseAsync(context.Request.Body, default, cancel);
            return LabelReading.Read(document.RootElement).Failed(out var wrong, out var read)
                ? wrong
                : await labels.PutAsync(context.Actor(), read.Labels, read.Faults, cancel);
        }
        catch (JsonException broken)
        {
            return Failure.Invalid("serving.invalid_labels", $"The body is no JSON: {broken.Message}");
        }
    }
}
