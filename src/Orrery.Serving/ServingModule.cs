using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Orrery.Lineage;
using Orrery.Registry;
using Orrery.Storage;

namespace Orrery.Serving;

/// <summary>Serving: deployments, traffic, and the inference protocols. Owns tables <c>srv_*</c>.</summary>
public static class ServingModule
{
    /// <summary>Adds Serving.</summary>
    /// <param name="services">Of the server.</param>
    /// <param name="options">Its settings.</param>
    /// <param name="dataDir">The server's data folder; copies of models are kept in <c>serving/</c> there.</param>
    public static IServiceCollection AddServing(this IServiceCollection services, ServingOptions options, string dataDir) => services
        .AddSingleton(options)
        .AddSingleton<ServingMetrics>()
        .AddSingleton(provider => new ModelFiles(provider.GetRequiredService<IBlobs>(), Path.Combine(dataDir, "serving", "models")))
        .AddSingleton<PythonRuntime>()
        .AddSingleton<RemoteRuntime>()
        .AddSingleton<ModelLoader>()
        .AddSingleton<ModelPool>()
        .AddSingleton<ActiveDeployments>()
        .AddSingleton<LookupOpening>()
        .AddSingleton<LookupRights>()
        .AddSingleton<ApprovalKeys>()
        .AddSingleton(static p => new ApprovalCheck(
            p.GetService<IApprovalRecords>, p.GetRequiredService<ApprovalKeys>(), p.GetRequiredService<Packages>(), p.GetRequiredService<ServingOptions>(), p.GetRequiredService<TimeProvider>()))
        .AddSingleton<ApprovalEnforcement>()
        .AddSingleton<Activation>()
        .AddSingleton<DeploymentWatch>()
        .AddHostedService(static provider => provider.GetRequiredService<DeploymentWatch>())
        .AddSingleton<RevisionEdges>()
        .AddSingleton<ILineageBackfill, RevisionBackfill>()
        .AddSingleton<IPredictionOrigins, PredictionOrigins>()
        .AddSingleton<Deployments>()
        .AddSingleton<DeploymentTrial>()
        .AddSingleton(static p => new Releases(p.GetRequiredService<Deployments>(), p.GetRequiredService<LookupRights>()))
        .AddPredictionLog(dataDir)
        .AddSingleton<Shadows>()
        .AddHostedService(static provider => provider.GetRequiredService<Shadows>())
        .AddHostedService<ServingMeter>()
        .AddSingleton<PredictionObserver>()
        .AddSingleton<Labels>()
        .AddSingleton<LabelEndpoints>()
        .AddSingleton<VersionTrial>()
        .AddSingleton(static p => new DeployedAnswers(p.GetRequiredService<ActiveDeployments>()))
        .AddSingleton(static p => new VersionAnswers(p.GetRequiredService<VersionTrial>()))
        .AddSingleton(static p => new EndpointAnswers(p.GetRequiredService<ServingOptions>().Remote, p.GetRequiredService<TimeProvider>()))
        .AddSingleton(static p => new ServingSignals(p.GetRequiredService<ServingMetrics>(), p.GetRequiredService<ActiveDeployments>()))
        .AddSingleton(static p => new VersionScoring(p.GetRequiredService<BatchModels>()))
        .AddSingleton(static p => new LiveVersions(
            p.GetRequiredService<Db>(), p.GetRequiredService<VersionTraining>(), p.GetRequiredService<ServingMetrics>(), p.GetRequiredService<ServerIdentity>()))
        .AddSingleton<Inventories>()
        .AddSingleton(static p => new ServedInventory(p.GetRequiredService<Inventories>()))
        .AddSingleton(static p => new ProductionVersions(p.GetRequiredService<Db>(), p.GetRequiredService<ModelVersions>()))
        .AddSingleton(static p => new DeployedVersions(
            p.GetRequiredService<Db>(), p.GetRequiredService<LogReading>(), p.GetRequiredService<TimeProvider>()))
        .AddSingleton<Predictor>()
        .AddSingleton<ServedModels>()
        .AddSingleton<PredictionEndpoints>()
        .AddSingleton<GrpcEndpoints>()
        .AddBatchPredictions(options.Batch, dataDir)
        .AddPortableTables(ServingTables.All)
        .AddMigrations("srv", typeof(ServingModule).Assembly);

    /// <summary>Finds the environment of predictions; before routing.</summary>
    public static void UseServing(this IApplicationBuilder app) => ServingEnvironment.Use(app, app.ApplicationServices.GetRequiredService<ServingOptions>());

    /// <summary>Maps deployments and the inference protocols.</summary>
    public static void MapServing(this IEndpointRouteBuilder app)
    {
        DeploymentEndpoints.Map(app);
        DeploymentSchema.Map(app);
        VersionTrialEndpoints.Map(app);
        LiveEndpoints.Map(app);
        var services = app.ServiceProvider;
        services.GetRequiredService<PredictionEndpoints>().Map(app);
        services.GetRequiredService<GrpcEndpoints>().Map(app);
        LoggedPredictionEndpoints.Map(app);
        BatchEndpoints.Map(app);
        services.GetRequiredService<LabelEndpoints>().Map(app);
        services.GetRequiredService<ServingMetrics>().Observe(
            services.GetRequiredService<ActiveDeployments>(),
            services.GetRequiredService<ModelPool>(),
            services.GetRequiredService<PredictionLog>().CountWaiting,
            services.GetRequiredService<Shadows>().CountWaiting);
    }

    private static IServiceCollection AddPredictionLog(this IServiceCollection services, string dataDir) => services
        .AddSingleton(provider => new LogScratch(Path.Combine(dataDir, "serving", "log"), provider.GetRequiredService<TimeProvider>()))
        .AddSingleton<PredictionLines>()
        .AddSingleton<SubjectCodes>()
        .AddSingleton<LogWriting>()
        .AddSingleton<PredictionLog>()
        .AddHostedService(static provider => provider.GetRequiredService<PredictionLog>())
        .AddHostedService<LogRetention>()
        .AddSingleton<LogReading>()
        .AddSingleton(static p => new SubjectPredictions(p.GetRequiredService<IBlobs>(), p.GetRequiredService<LogScratch>(), p.GetRequiredService<SubjectCodes>()))
        .AddSingleton<LoggedPredictions>()
        .AddSingleton(static p => new LoggedInputs(p.GetRequiredService<LoggedPredictions>()));
}
