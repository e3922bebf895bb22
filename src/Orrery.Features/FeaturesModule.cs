using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Orrery.Lineage;
using Orrery.Storage;

namespace Orrery.Features;

/// <summary>Features: definitions, point-in-time joins, the online store and Feast's HTTP API. Owns tables <c>fts_*</c>.</summary>
public static class FeaturesModule
{
    /// <summary>Adds Features.</summary>
    /// <param name="services">Of the server.</param>
    /// <param name="options">Its settings.</param>
    /// <param name="redis">Where online features are when several servers share them.</param>
    /// <param name="dataDir">The server's data folder; Features keeps its files in <c>features/</c> there.</param>
    public static IServiceCollection AddFeatures(this IServiceCollection services, FeatureOptions options, RedisOptions redis, string dataDir) => services
        .AddSingleton(options)
        .AddSingleton(new FeatureFolders(Path.Combine(dataDir, "features")))
        .AddDefinitions()
        .AddOffline()
        .AddOnline(redis)
        .AddMaterialization()
        .AddPortableTables(FeatureTables.All)
        .AddSingleton<QueryLineage>()
        .AddSingleton<ILineageBackfill, DefinitionBackfill>()
        .AddMigrations("fts", typeof(FeaturesModule).Assembly);

    /// <summary>Maps the feature store's endpoints.</summary>
    public static void MapFeatures(this IEndpointRouteBuilder app)
    {
        app.MapDefinitions();
        app.MapOffline();
        app.MapOnline();
        app.MapMaterialization();
    }
}
