using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Orrery.Delivery;

/// <summary>The part of delivery that takes versions through its stages, and back.</summary>
internal static class RunsPart
{
    public static IServiceCollection AddRuns(this IServiceCollection services, string dataDir) => services;

    public static void MapRuns(this IEndpointRouteBuilder app)
    {
    }
}
