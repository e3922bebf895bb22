using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Orrery.Storage;
using Orrery.Tenancy;

namespace Orrery.Features;

/// <summary>Warehouse and offline joins in the server.</summary>
internal static class OfflineServices
{
    /// <summary>Adds what they need.</summary>
    public static IServiceCollection AddOffline(this IServiceCollection services) => services
        .AddSingleton<DuckEngines>()
        .AddSingleton<Warehouses>()
        .AddHostedService<WarehouseNotice>()
        .AddSingleton<FileCache>()
        .AddSingleton(static p => new WorkspaceFiles(
            p.GetRequiredService<Db>(), p.GetRequiredService<IBlobs>(), p.GetRequiredService<Audit.AuditLog>(), p.GetRequiredService<StorageQuota>(), p.GetRequiredService<TimeProvider>()))
        .AddSingleton<SourceFiles>()
        .AddSingleton(static p => new BulkInputs(p.GetRequiredService<SourceFiles>(), p.GetRequiredService<DuckEngines>(), p.GetRequiredService<Warehouses>()))
        .AddSingleton(static p => new BulkTrainingSets(p.GetRequiredService<Db>(), p.GetRequiredService<FileCache>()))
        .AddSingleton<PushedRows>()
        .AddSingleton<PointInTime>()
        .AddSingleton<RequestBlobs>()
        .AddSingleton<Historical>()
        .AddSingleton<OfflineRetention>()
        .AddHostedService(static p => p.GetRequiredService<OfflineRetention>())
        .AddSingleton<HistoricalReading>()
        .AddSingleton<HistoricalRights>()
        .AddSingleton<IJobHandler, HistoricalJob>()
        .AddSingleton<IJobHandler, PushedCompaction>()
        .AddSingleton<TrainingSets>()
        .AddSingleton(static p => new TrainingUses(p.GetRequiredService<Db>()))
        .AddSingleton(static p => new FeatureLineage(p.GetRequiredService<Db>(), p.GetRequiredService<Projects>(), p.GetRequiredService<TrainingUses>()))
        .AddSingleton<IJobHandler, TrainingSetJob>()
        .AddSingleton<Reproductions>()
        .AddSingleton<IJobHandler, ReproductionJob>()
        .AddSingleton<TrainingSetCsv>()
        .AddSingleton<TrainingSetEndpoints>()
        .AddSingleton<IStoredBytes, FileBytes>()
        .AddSingleton<FileEndpoints>()
        .AddSingleton<HistoricalEndpoints>()
        .AddSingleton<IWorkspaceBlobs, OfflineBlobs>()
        .AddPortableTables(OfflineTables.All);

    /// <summary>Maps their endpoints.</summary>
    public static void MapOffline(this IEndpointRouteBuilder app)
    {
        var services = app.ServiceProvider;
        services.GetRequiredService<FileEndpoints>().Map(app);
        services.GetRequiredService<HistoricalEndpoints>().Map(app);
        services.GetRequiredService<TrainingSetEndpoints>().Map(app);
    }
}
