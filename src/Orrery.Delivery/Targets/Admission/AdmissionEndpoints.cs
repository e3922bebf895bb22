using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orrery.Contracts;
using Orrery.Tenancy;

namespace Orrery.Delivery;

/// <summary><c>/api/v1/admission</c>: what a cluster asks before it takes an InferenceService.</summary>
internal static class AdmissionEndpoints
{
    private const int MostBytes = 3 << 20;

    public static void Map(IEndpointRouteBuilder app) => app.MapPost("/api/v1/admission/review", ReviewAsync).RequirePermission(Permissions.Read).WithTags("Delivery").WithName("ReviewAdmission")
        .WithSummary("Answers a cluster's AdmissionReview: InferenceServices of a governed environment are taken with a valid approval only.")
        .Produces<string>(StatusCodes.Status200OK, "application/json").Produces<Problem>(StatusCodes.Status400BadRequest, "application/problem+json").Produces<Problem>(StatusCodes.Status404NotFound, "application/problem+json");

    private static async Task<IResult> ReviewAsync(string environment, HttpContext context, Admissions admissions, CancellationToken cancel)
    {
        using var buffer = new MemoryStream();
        var part = new byte[1 << 16];
        for (int read; (read = await context.Request.Body.ReadAsync(part, cancel)) > 0;)
        {
            if (buffer.Length + read > MostBytes)
                return (Answer<TargetCheck>)new Kernel.Failure(Kernel.FailureKind.TooLarge, "delivery.invalid_review", $"An AdmissionReview may have {MostBytes >> 20} MiB.");
            buffer.Write(part, 0, read);
        }

        JsonNode? review;
        try
        {
            review = JsonNode.Parse(buffer.ToArray());
        }
        catch (JsonException)
        {
            review = null;
        }

        return (await admissions.ReviewAsync(context.Actor(), environment, review, cancel)).Failed(out var wrong, out var answer) ? (Answer<TargetCheck>)wrong : Results.Text(answer.ToJsonString(), "application/json");
    }
}
