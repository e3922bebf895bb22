using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Orrery.Features;

/// <summary>Definitions in the server.</summary>
internal static class DefinitionServices
{
    /// <summary>Adds what definitions need.</summary>
    public static IServiceCollection AddDefinitions(this IServiceCollection services) => services
        .AddSingleton<Projects>()
        .AddHostedService<ProjectWatch>();

    /// <summary>Maps their endpoints.</summary>
    public static void MapDefinitions(this IEndpointRouteBuilder app) => ArgumentNullException.ThrowIfNull(app);
}
