using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Orrery.Audit;
using Orrery.Serving;
using Orrery.Storage;

namespace Orrery.Governance;

/// <summary>The part of governance that checks facts against policies.</summary>
internal static class PoliciesPart
{
    public static IServiceCollection AddPolicies(this IServiceCollection services) => services
        .AddPortableTables(PolicyTables.All)
        .AddSingleton(static p => new GovernedFacts(
            p.GetRequiredService<RiskAssessments>(),
            p.GetRequiredService<VersionRecords>(),
            p.GetRequiredService<ModelCards>(),
            p.GetRequiredService<Explanations>(),
            p.GetRequiredService<DeployedVersions>(),
            p.GetRequiredService<DailyTraffic>(),
            p.GetRequiredService<TimeProvider>()))
        .AddSingleton(static p => new Policies(
            p.GetRequiredService<Db>(),
            p.GetRequiredService<GovernedFacts>(),
            p.GetRequiredService<DeployedVersions>(),
            p.GetRequiredService<Outbox>(),
            p.GetRequiredService<AuditLog>(),
            p.GetRequiredService<TimeProvider>()))
        .AddSingleton<PolicyEndpoints>();

    public static void MapPolicies(this IEndpointRouteBuilder app) => app.ServiceProvider.GetRequiredService<PolicyEndpoints>().Map(app);
}
