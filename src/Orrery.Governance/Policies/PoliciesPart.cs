using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Orrery.Governance;

/// <summary>The part of governance that checks facts against policies.</summary>
internal static class PoliciesPart
{
    public static IServiceCollection AddPolicies(this IServiceCollection services) => services;

    public static void MapPolicies(this IEndpointRouteBuilder app)
    {
    }
}
