using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Orrery.Governance;

/// <summary>The part of governance that scores risk and computes what automatic approval needs.</summary>
internal static class RiskPart
{
    public static IServiceCollection AddRisk(this IServiceCollection services) => services;

    public static void MapRisk(this IEndpointRouteBuilder app)
    {
    }
}
