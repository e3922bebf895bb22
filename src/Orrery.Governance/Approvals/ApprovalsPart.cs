using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Orrery.Governance;

/// <summary>The part of governance that has versions approved by those who must.</summary>
internal static class ApprovalsPart
{
    public static IServiceCollection AddApprovals(this IServiceCollection services) => services;

    public static void MapApprovals(this IEndpointRouteBuilder app)
    {
    }
}
