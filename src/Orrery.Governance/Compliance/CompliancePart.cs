using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Orrery.Governance;

/// <summary>The part of governance that shows evidence for controls, and keeps the registers.</summary>
internal static class CompliancePart
{
    public static IServiceCollection AddCompliance(this IServiceCollection services) => services;

    public static void MapCompliance(this IEndpointRouteBuilder app)
    {
    }
}
