using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orrery.Contracts;
using Orrery.Tenancy;

namespace Orrery.Serving;

/// <summary>Logged predictions over HTTP.</summary>
internal static class LoggedPredictionEndpoints
{
    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/api/v1/deployments/{environment}/{name}/predictions", ListAsync).RequirePermission(Permissions.Log).WithTags("Serving")
            .WithName("ListPredictions").WithSummary("Logged predictions of a deployment with their labels, newest first.");
        app.MapGet("/api/v1/predictions/{id}", GetAsync).RequirePermission(Permissions.Log).WithTags("Serving")
            .WithName("GetPrediction").WithSummary("The rows of one logged prediction, and what shadows said.");
    }

    private static async Task<Answer<LoggedPredictionPage>> ListAsync(
        string environment, string name, long? from, long? to, int? limit, string? page_token, HttpContext context, LoggedPredictions predictions, CancellationToken cancel) =>
        await predictions.ListAsync(context.Actor(), environment, name, from, to, limit, page_token, cancel);

    private static async Task<Answer<LoggedPredictionPage>> GetAsync(string id, HttpContext context, LoggedPredictions predictions, CancellationToken cancel) =>
        await predictions.GetAsync(context.Actor(), id, cancel);
}
