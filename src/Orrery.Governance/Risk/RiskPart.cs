using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Orrery.Audit;
using Orrery.Registry;
using Orrery.Serving;
using Orrery.Storage;

namespace Orrery.Governance;

/// <summary>The part of governance that scores risk and computes what automatic approval needs.</summary>
internal static class RiskPart
{
    public static IServiceCollection AddRisk(this IServiceCollection services) => services
        .AddPortableTables(RiskTables.All)
        .AddSingleton<ColumnFacts>()
        .AddSingleton<DailyTraffic>()
        .AddSingleton<RiskFacts>()
        .AddSingleton(static p => new RiskAssessments(
            p.GetRequiredService<Db>(),
            p.GetRequiredService<RegisteredModels>(),
            p.GetRequiredService<ModelVersions>(),
            p.GetRequiredService<RiskFacts>(),
            p.GetRequiredService<Outbox>(),
            p.GetRequiredService<AuditLog>(),
            p.GetRequiredService<TimeProvider>()))
        .AddSingleton<RiskQuestions>()
        .AddSingleton<EvaluatedVersions>()
        .AddSingleton<VersionRecords>()
        .AddSingleton<ProvenConditions>()
        .AddSingleton(static p => new AutomaticChecks(
            p.GetRequiredService<RiskAssessments>(), p.GetRequiredService<VersionRecords>(), p.GetRequiredService<ProvenConditions>(), p.GetRequiredService<DeployedVersions>()))
        .AddSingleton<IJobHandler, RiskJob>()
        .AddSingleton<IEventHandler, RiskEvents>()
        .AddHostedService<RiskReview>()
        .AddSingleton<RiskEndpoints>();

    public static void MapRisk(this IEndpointRouteBuilder app) => app.ServiceProvider.GetRequiredService<RiskEndpoints>().Map(app);
}
