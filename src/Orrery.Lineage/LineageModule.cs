using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Orrery.Storage;

namespace Orrery.Lineage;

/// <summary>Lineage: one graph of what came of what. Owns tables <c>lin_*</c>.</summary>
public static class LineageModule
{
    /// <summary>Adds Lineage.</summary>
    /// <param name="services">Of the server.</param>
    /// <param name="options">Its settings.</param>
    public static IServiceCollection AddLineage(this IServiceCollection services, LineageOptions options) => services
        .AddMigrations("lin", typeof(LineageModule).Assembly)
        .AddPortableTables(LineageTables.All)
        .AddSingleton<LineageQueries>()
        .AddSingleton(static p => new Descendants(p.GetRequiredService<Db>()))
        .AddSingleton<Impacts>()
        .AddSingleton<PredictionTraces>()
        .AddSingleton<GraphEndpoints>()
        .AddSingleton<LineageEvents>()
        .AddSingleton<EventEndpoints>()
        .AddSingleton<IJobHandler, BackfillJob>()
        .AddHostedService<BackfillStart>()
        .AddSending(options);

    private static IServiceCollection AddSending(this IServiceCollection services, LineageOptions options)
    {
        services.AddSingleton(provider => new LineageSender(provider.GetRequiredService<Outbox>(), options));
        services.AddSingleton(provider => new FactReading(provider.GetRequiredService<Db>(), options.OpenLineage));
        if (!string.IsNullOrEmpty(options.OpenLineage.Path))
            services.AddSingleton<IEventHandler>(provider => Delivery(provider, new FileSink(options.OpenLineage, provider.GetRequiredService<TimeProvider>())));
        if (!string.IsNullOrEmpty(options.OpenLineage.Url))
            services.AddSingleton<IEventHandler>(provider => Delivery(provider, new HttpSink(options.OpenLineage, provider.GetRequiredService<TimeProvider>())));
        return services;
    }

    private static EventDelivery Delivery(IServiceProvider provider, IEventSink sink) => new(sink, provider.GetRequiredService<FactReading>());

    /// <summary>Maps lineage's endpoints.</summary>
    public static void MapLineage(this IEndpointRouteBuilder app)
    {
        app.ServiceProvider.GetRequiredService<GraphEndpoints>().Map(app);
        app.ServiceProvider.GetRequiredService<EventEndpoints>().Map(app);
    }
}
