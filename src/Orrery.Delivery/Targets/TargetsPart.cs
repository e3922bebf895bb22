using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Orrery.Delivery;

/// <summary>The part of delivery that knows where versions are brought to.</summary>
internal static class TargetsPart
{
    public static IServiceCollection AddTargets(this IServiceCollection services, string dataDir) => services;

    public static void MapTargets(this IEndpointRouteBuilder app)
    {
    }
}
