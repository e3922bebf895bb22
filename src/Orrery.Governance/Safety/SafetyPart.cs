using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Orrery.Governance;

/// <summary>The part of governance for scans of artifacts, and privacy of data.</summary>
internal static class SafetyPart
{
    public static IServiceCollection AddSafety(this IServiceCollection services, string dataDir) => services;

    public static void MapSafety(this IEndpointRouteBuilder app) => ArgumentNullException.ThrowIfNull(app);
}
