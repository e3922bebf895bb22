using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orrery.Contracts;

namespace Orrery.Tenancy;

/// <summary><c>/api/v1/quotas</c>: what the workspace may use, and uses.</summary>
internal static class QuotaEndpoints
{
    public static void Map(IEndpointRouteBuilder app)
    {
        var quotas = app.MapGroup("/api/v1/quotas").WithTags("Quotas");
        quotas.MapGet("", ListAsync).RequirePermission("quota.read").WithName("ListQuotas").WithSummary("Each quota of the workspace: used, limits, remaining.");
        quotas.MapPut("{kind}", SetAsync).RequirePermission("quota.manage").WithName("SetQuota").WithSummary("Sets the limits of one kind; without any it is unlimited.");
    }

    private static async Task<Answer<QuotaList>> ListAsync(HttpContext context, Quotas quotas, CancellationToken cancel) =>
        await quotas.ListAsync(context.Actor(), cancel);

    private static async Task<Answer<QuotaStatus>> SetAsync(string kind, SetQuota body, HttpContext context, Quotas quotas, CancellationToken cancel) =>
        await quotas.SetAsync(context.Actor(), kind, body, cancel);
}
