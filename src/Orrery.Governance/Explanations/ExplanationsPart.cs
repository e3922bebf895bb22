using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Orrery.Governance;

/// <summary>The part of governance for explanations.</summary>
internal static class ExplanationsPart
{
    public static IServiceCollection AddExplanations(this IServiceCollection services, string dataDir) => services;

    public static void MapExplanations(this IEndpointRouteBuilder app) => ArgumentNullException.ThrowIfNull(app);
}
