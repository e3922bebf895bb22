using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orrery.Contracts;
using Orrery.Tenancy;

namespace Orrery.Tracking;

/// <summary><c>/api/v1/gc</c>.</summary>
internal static class GcEndpoints
{
    public static void Map(IEndpointRouteBuilder app) => app.MapPost("/api/v1/gc", StartAsync)
        .WithTags("Jobs").RequirePermission(Permissions.Admin).WithName("CollectGarbage")
        .WithSummary("Starts a job that removes for good what was deleted long enough ago. What a registered version reaches stays.");

    private static async Task<Answer<Job>> StartAsync(GcRequest? asked, HttpContext context, GcRequests requests, CancellationToken cancel) =>
        Answer.Accepted((await requests.AskAsync(context.Actor(), asked ?? new(), cancel)).Then<Job>(static job => JobDocuments.Of(job)));
}
