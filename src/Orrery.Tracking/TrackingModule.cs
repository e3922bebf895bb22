using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orrery.Audit;
using Orrery.Lineage;
using Orrery.Storage;
using Orrery.Tenancy;

namespace Orrery.Tracking;

/// <summary>Tracking: experiments, runs, metrics, artifacts, data sets and logged models. Owns tables <c>trk_*</c>.</summary>
public static class TrackingModule
{
    /// <summary>Adds Tracking.</summary>
    public static IServiceCollection AddTracking(this IServiceCollection services, TrackingOptions options)
    {
        services.AddMigrations("trk", typeof(TrackingModule).Assembly);
        services.AddSingleton(options);
        services.AddSingleton<TrackingMetrics>();
        services.AddSingleton(new RunCache(options.RunCacheBytes));
        services.AddSingleton<RunReading>();
        services.AddSingleton(static provider => new Experiments(
            provider.GetRequiredService<Db>(), provider.GetRequiredService<AuditLog>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IWorkspaceSetup>(static provider => provider.GetRequiredService<Experiments>());
        services.AddSingleton(static provider => new Runs(
            provider.GetRequiredService<Db>(),
            provider.GetRequiredService<AuditLog>(),
            provider.GetRequiredService<Quotas>(),
            provider.GetRequiredService<LineageSender>(),
            provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<ExperimentRules>();
        services.AddSingleton<IGrantableObjects>(static provider => provider.GetRequiredService<ExperimentRules>());
        services.AddSingleton<HistoryCompaction>();
        services.AddHostedService(static provider => provider.GetRequiredService<HistoryCompaction>());
        services.AddSingleton<Metrics>();
        services.AddSingleton<ExperimentEndpoints>();
        services.AddSingleton<RunEndpoints>();
        services.AddSingleton<MetricEndpoints>();
        services.AddSingleton<InputEndpoints>();
        services.AddSingleton<ILineageBackfill, RunBackfill>();
        services.AddSingleton(static provider => new DatasetRuns(provider.GetRequiredService<Db>()));
        services.AddSingleton(provider => new Artifacts(
            provider.GetRequiredService<Db>(),
            provider.GetRequiredService<IBlobs>(),
            provider.GetRequiredService<AuditLog>(),
            options.InlineArtifactBytes ?? (provider.GetRequiredService<IBlobs>() is FileBlobs ? 64 << 10 : 0),
            provider.GetRequiredService<StorageQuota>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<Artifacts>>()));
        services.AddSingleton<IStoredBytes, ArtifactBytes>();
        services.AddPortableTables(TrackingTables.All).AddSingleton<IWorkspaceArrival, CounterArrival>().AddSingleton<IWorkspaceBlobs, ArtifactBlobs>();
        services.AddSingleton<ArtifactContent>();
        services.AddSingleton(static provider => new LoggedModels(
            provider.GetRequiredService<Db>(), provider.GetRequiredService<AuditLog>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<LoggedModelEndpoints>();
        services.AddSingleton<ArtifactEndpoints>();
        return services.AddEvaluation().AddNativeRuns().AddImports().AddGarbageCollection(options);
    }

    /// <summary>Maps MLflow's tracking endpoints and our own.</summary>
    public static void MapTracking(this IEndpointRouteBuilder app)
    {
        var services = app.ServiceProvider;
        services.GetRequiredService<ExperimentEndpoints>().Map(app);
        services.GetRequiredService<RunEndpoints>().Map(app);
        services.GetRequiredService<MetricEndpoints>().Map(app);
        services.GetRequiredService<InputEndpoints>().Map(app);
        services.GetRequiredService<ArtifactEndpoints>().Map(app);
        services.GetRequiredService<LoggedModelEndpoints>().Map(app);
        services.GetRequiredService<EvaluationDatasetEndpoints>().Map(app);
        services.GetRequiredService<ScorerEndpoints>().Map(app);
        services.GetRequiredService<NativeRunEndpoints>().Map(app);
        services.GetRequiredService<ImportEndpoints>().Map(app);
        GcEndpoints.Map(app);
    }

    private static IServiceCollection AddEvaluation(this IServiceCollection services) => services
        .AddSingleton<EvaluationDatasets>()
        .AddSingleton<EvaluationDatasetEndpoints>()
        .AddSingleton<Scorers>()
        .AddSingleton<ScorerEndpoints>();

    private static IServiceCollection AddNativeRuns(this IServiceCollection services) => services
        .AddSingleton<RunComparisons>()
        .AddSingleton<RunSamples>()
        .AddSingleton<RunStatisticsComparisons>()
        .AddSingleton<EqualRunsSearch>()
        .AddSingleton<Environments>()
        .AddSingleton<NativeRunEndpoints>();

    private static IServiceCollection AddImports(this IServiceCollection services) => services
        .AddSingleton<ExperimentImports>()
        .AddSingleton<RunImports>()
        .AddSingleton<LoggedModelImports>()
        .AddSingleton<ImportEndpoints>();

    private static IServiceCollection AddGarbageCollection(this IServiceCollection services, TrackingOptions options)
    {
        services.AddSingleton<Removals>().AddSingleton<OrphanSweep>().AddSingleton<IJobHandler, GarbageCollection>().AddSingleton<GcRequests>();
        return options.Retention is null ? services : services.AddHostedService<RetentionSchedule>();
    }
}
