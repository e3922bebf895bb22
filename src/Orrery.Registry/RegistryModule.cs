using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Orrery.Storage;
using Orrery.Tracking;

namespace Orrery.Registry;

/// <summary>Registry: registered models, their versions, stages, aliases and packages, and webhooks. Owns tables <c>reg_*</c>.</summary>
public static class RegistryModule
{
    /// <summary>Adds Registry.</summary>
    public static IServiceCollection AddRegistry(this IServiceCollection services)
    {
        services.AddMigrations("reg", typeof(RegistryModule).Assembly);
        services.AddSingleton(static p => new RegisteredModels(
            p.GetRequiredService<Db>(), p.GetRequiredService<Outbox>(), p.GetRequiredService<TimeProvider>()));
        services.AddSingleton(static p => new VersionSources(p.GetRequiredService<Db>(), p.GetRequiredService<LoggedModels>()));
        services.AddSingleton(static p => new ModelVersions(
            p.GetRequiredService<Db>(),
            p.GetRequiredService<Outbox>(),
            p.GetRequiredService<VersionSources>(),
            p.GetServices<IPromotionGate>(),
            p.GetRequiredService<TimeProvider>()));
        services.AddSingleton<ModelEndpoints>();
        services.AddSingleton<VersionEndpoints>();
        services.AddSingleton<VersionArtifactEndpoints>();
        return services;
    }

    /// <summary>Maps MLflow's registry endpoints and our own.</summary>
    public static void MapRegistry(this IEndpointRouteBuilder app)
    {
        var services = app.ServiceProvider;
        services.GetRequiredService<ModelEndpoints>().Map(app);
        services.GetRequiredService<VersionEndpoints>().Map(app);
        services.GetRequiredService<VersionArtifactEndpoints>().Map(app);
    }
}
