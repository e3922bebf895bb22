using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Orrery.Governance;

/// <summary>The part of governance for model cards.</summary>
internal static class CardsPart
{
    public static IServiceCollection AddCards(this IServiceCollection services) => services;

    public static void MapCards(this IEndpointRouteBuilder app) => ArgumentNullException.ThrowIfNull(app);
}
