using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orrery.Storage;
using Orrery.Tenancy;

namespace Orrery.Features;

/// <summary>The online store and what reads and writes it, in the server.</summary>
internal static class OnlineServices
{
    /// <summary>Bytes of log after which the store in process makes a snapshot.</summary>
    private const long Rotation = 64 << 20;

    /// <summary>Adds what online features need.</summary>
    /// <param name="services">Of the server.</param>
    /// <param name="redis">Where the values are, when not in process.</param>
    public static IServiceCollection AddOnline(this IServiceCollection services, RedisOptions redis) => services
        .AddSingleton(redis)
        .AddSingleton<FeatureMetrics>()
        .AddSingleton(OpenStore)
        .AddSingleton<OnlinePlans>()
        .AddSingleton<OnlineReader>()
        .AddSingleton<OnlineFeatureEndpoint>()
        .AddSingleton<LookupParts>()
        .AddSingleton(static p => new FeatureLookups(p.GetRequiredService<Db>(), p.GetRequiredService<Projects>(), p.GetRequiredService<LookupParts>(), p.GetRequiredService<Workspaces>()))
        .AddSingleton<PushGate>()
        .AddSingleton<PushRules>()
        .AddSingleton<Pushes>()
        .AddSingleton<PushEndpoint>()
        .AddSingleton<MaterializeEndpoint>()
        .AddSingleton<FeastRedisEndpoint>()
        .AddSingleton<IEventHandler, CarryOver>()
        .AddSingleton<IJobHandler, CarryJob>()
        .AddHostedService<OnlineOpening>()
        .AddHostedService<PushHealing>();

    /// <summary>Maps Feast's endpoints and push.</summary>
    public static void MapOnline(this IEndpointRouteBuilder app)
    {
        FeastEndpoints.Map(app);
        app.ServiceProvider.GetRequiredService<FeastRedisEndpoint>().Map(app);
    }

    private static IOnlineStore OpenStore(IServiceProvider services)
    {
        var logger = services.GetRequiredService<ILogger<IOnlineStore>>();
        var redis = services.GetRequiredService<RedisOptions>();
        if (redis.IsSet)
            return new RedisOnlineStore(new RedisLink(redis.Parse()!, services.GetRequiredService<TimeProvider>(), logger), redis);
        var opened = MemoryOnlineStore.Open(
            services.GetRequiredService<FeatureFolders>().Online,
            (long)services.GetRequiredService<FeatureOptions>().Online.MemoryMb << 20,
            Rotation,
            services.GetRequiredService<FeatureMetrics>(),
            logger);
        if (!opened.Failed(out var failure, out var store))
            return store;
        Log.OnlineRefused(logger, failure.Message);
        return new NoOnlineStore(failure);
    }
}
