using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Orrery.Storage;

namespace Orrery.Delivery;

/// <summary>Delivery: the one road from a registered version to production. Owns tables <c>dlv_*</c>.</summary>
public static class DeliveryModule
{
    /// <summary>Adds Delivery.</summary>
    /// <param name="services">Of the server.</param>
    /// <param name="options">Its settings.</param>
    /// <param name="dataDir">The server's data folder; working copies of repositories are kept in <c>delivery/</c> there.</param>
    public static IServiceCollection AddDelivery(this IServiceCollection services, DeliveryOptions options, string dataDir) => services
        .AddSingleton(options)
        .AddMigrations("dlv", typeof(DeliveryModule).Assembly)
        .AddRuns()
        .AddTargets(dataDir)
        .AddChecklists();

    /// <summary>Maps delivery's endpoints.</summary>
    public static void MapDelivery(this IEndpointRouteBuilder app)
    {
        app.MapRuns();
        app.MapTargets();
        app.MapChecklists();
    }
}
