using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Orrery.Audit;
using Orrery.Features;
using Orrery.Lineage;
using Orrery.Storage;
using Orrery.Tenancy;
using Orrery.Tracking;

namespace Orrery.Registry;

/// <summary>Registry: registered models, their versions, stages, aliases and packages, and webhooks. Owns tables <c>reg_*</c>.</summary>
public static class RegistryModule
{
    /// <summary>Adds Registry.</summary>
    /// <param name="services">Of the server.</param>
    /// <param name="webhooks">How webhooks are called.</param>
    public static IServiceCollection AddRegistry(this IServiceCollection services, WebhookOptions webhooks)
    {
        services.AddMigrations("reg", typeof(RegistryModule).Assembly);
        services.AddSingleton<RegistryEvents>();
        services.AddSingleton(static p => new RegisteredModels(
            p.GetRequiredService<Db>(), p.GetRequiredService<RegistryEvents>(), p.GetRequiredService<TimeProvider>()));
        services.AddSingleton(static p => new VersionSources(p.GetRequiredService<Db>(), p.GetRequiredService<LoggedModels>()));
        services.AddSingleton(static p => new ModelVersions(
            p.GetRequiredService<Db>(),
            p.GetRequiredService<RegistryEvents>(),
            p.GetRequiredService<VersionSources>(),
            p.GetServices<IPromotionGate>(),
            p.GetRequiredService<LineageSender>(),
            p.GetRequiredService<TimeProvider>()));
        services.AddSingleton<ModelRules>();
        services.AddSingleton(static p => new ModelCounts(p.GetRequiredService<Db>()));
        services.AddSingleton<IGrantableObjects>(static p => p.GetRequiredService<ModelRules>());
        services.AddSingleton<IArtifactReferences, VersionReferences>();
        services.AddSingleton<IFeatureUses, ModelUses>();
        services.AddSingleton<ModelLineage>();
        services.AddSingleton<ILineageBackfill, VersionBackfill>();
        services.AddSingleton(static p => new VersionTraining(
            p.GetRequiredService<Db>(), p.GetRequiredService<ModelVersions>(), p.GetRequiredService<DatasetRuns>(), p.GetRequiredService<TrainingUses>()));
        services.AddSingleton<ModelImports>();
        services.AddSingleton<VersionImports>();
        services.AddSingleton<RegistryImportEndpoints>();
        services.AddSingleton<ModelEndpoints>();
        services.AddSingleton<VersionEndpoints>();
        services.AddSingleton<VersionArtifactEndpoints>();
        services.AddPortableTables(RegistryTables.All).AddSingleton<IWorkspaceBlobs, PackageBlobs>().AddSingleton<IWorkspaceArrival, PackageArrival>();
        return services.AddPackages().AddWebhooks(webhooks);
    }

    /// <summary>Maps MLflow's registry endpoints and our own.</summary>
    public static void MapRegistry(this IEndpointRouteBuilder app)
    {
        var services = app.ServiceProvider;
        services.GetRequiredService<ModelEndpoints>().Map(app);
        services.GetRequiredService<VersionEndpoints>().Map(app);
        services.GetRequiredService<VersionArtifactEndpoints>().Map(app);
        services.GetRequiredService<RegistryImportEndpoints>().Map(app);
        services.GetRequiredService<PackageEndpoints>().Map(app);
        services.GetRequiredService<WebhookEndpoints>().Map(app);
        LineageEndpoints.Map(app);
    }

    private static IServiceCollection AddPackages(this IServiceCollection services) => services
        .AddSingleton(static p => new Packages(
            p.GetRequiredService<Db>(), p.GetRequiredService<AuditLog>(), p.GetRequiredService<Jobs>(), p.GetRequiredService<ModelVersions>(),
            p.GetServices<IPackageVerdict>()))
        .AddSingleton<IJobHandler, PackageReading>()
        .AddSingleton<IEventHandler, PackageEvents>()
        .AddSingleton<PackageEndpoints>();

    private static IServiceCollection AddWebhooks(this IServiceCollection services, WebhookOptions options) => services
        .AddSingleton(options)
        .AddSingleton<WebhookClient>()
        .AddSingleton<RegistryMetrics>()
        .AddSingleton(static p => new Webhooks(
            p.GetRequiredService<Db>(),
            p.GetRequiredService<AuditLog>(),
            p.GetRequiredService<SecretBox>(),
            p.GetRequiredService<WebhookClient>(),
            p.GetRequiredService<WebhookOptions>(),
            p.GetRequiredService<TimeProvider>()))
        .AddSingleton<WebhookQueue>()
        .AddSingleton<IEventHandler>(static p => p.GetRequiredService<WebhookQueue>())
        .AddHostedService<WebhookSender>()
        .AddSingleton<WebhookEndpoints>();
}
