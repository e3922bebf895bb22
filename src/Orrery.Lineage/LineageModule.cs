using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Orrery.Storage;

namespace Orrery.Lineage;

/// <summary>Lineage: one graph of what came of what. Owns tables <c>lin_*</c>.</summary>
public static class LineageModule
{
    /// <summary>Adds Lineage.</summary>
    public static IServiceCollection AddLineage(this IServiceCollection services) => services
        .AddMigrations("lin", typeof(LineageModule).Assembly)
        .AddPortableTables(LineageTables.All)
        .AddSingleton<LineageQueries>()
        .AddSingleton(static p => new Descendants(p.GetRequiredService<LineageQueries>()))
        .AddSingleton<Impacts>()
        .AddSingleton<PredictionTraces>()
        .AddSingleton<GraphEndpoints>()
        .AddSingleton<LineageEvents>()
        .AddSingleton<EventEndpoints>()
        .AddSingleton<IJobHandler, BackfillJob>()
        .AddHostedService<BackfillStart>();

    /// <summary>Maps lineage's endpoints.</summary>
    public static void MapLineage(this IEndpointRouteBuilder app)
    {
        app.ServiceProvider.GetRequiredService<GraphEndpoints>().Map(app);
        app.ServiceProvider.GetRequiredService<EventEndpoints>().Map(app);
    }
}
