using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Orrery.Governance;
using Orrery.Storage;

namespace Orrery.Delivery;

/// <summary>The part of delivery that takes versions through their stages, and back.</summary>
internal static class RunsPart
{
    public static IServiceCollection AddRuns(this IServiceCollection services) => services
        .AddSingleton<DeliveryInstruments>()
        .AddSingleton<EnvironmentSettings>()
        .AddSingleton<GovernanceDoor>()
        .AddSingleton<IncidentDoor>()
        .AddSingleton<DeliveryRights>()
        .AddSingleton<SampleRequests>()
        .AddSingleton<ITarget, LocalTarget>()
        .AddSingleton<LocalHistory>()
        .AddSingleton<CanaryGuard>()
        .AddSingleton<DeliveryUndo>()
        .AddSingleton<DeliveryProgress>()
        .AddSingleton<Notices>()
        .AddSingleton<Rollbacks>()
        .AddSingleton<Deliveries>()
        .AddSingleton<DeliveryFigures>()
        .AddStages()
        .AddSingleton<IJobHandler, DeliveryJob>()
        .AddSingleton<IJobHandler, NoticeJob>()
        .AddSingleton<IEventHandler, ApprovalNews>()
        .AddSingleton<IEvidenceSource, DeliveryEvidence>()
        .AddSingleton<IDeliveryHistory, DeliveryHistory>()
        .AddSingleton<ITrafficHistory, TrafficHistory>()
        .AddHostedService<SignalSampler>()
        .AddHostedService<RollbackWatch>()
        .AddPortableTables(DeliveryTables.All);

    public static void MapRuns(this IEndpointRouteBuilder app)
    {
        DeployEndpoint.Map(app);
        DeliveryEndpoints.Map(app);
        StatusPage.Map(app);
    }

    private static IServiceCollection AddStages(this IServiceCollection services) => services
        .AddSingleton<IDeliveryStage, ValidateStage>()
        .AddSingleton<IDeliveryStage, SecurityStage>()
        .AddSingleton<IDeliveryStage, TestStage>()
        .AddSingleton<IDeliveryStage, ApprovalStage>()
        .AddSingleton<IDeliveryStage, BuildStage>()
        .AddSingleton<IDeliveryStage, DeployStage>()
        .AddSingleton<IDeliveryStage, SmokeTestStage>()
        .AddSingleton<IDeliveryStage, AuditStage>()
        .AddSingleton<IDeliveryStage, NotifyStage>();
}
