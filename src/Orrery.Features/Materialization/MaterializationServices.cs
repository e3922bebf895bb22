using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Orrery.Storage;

namespace Orrery.Features;

/// <summary>Materialization, quality and erasure in the server.</summary>
internal static class MaterializationServices
{
    public static IServiceCollection AddMaterialization(this IServiceCollection services) => services
        .AddSingleton<Materializations>()
        .AddSingleton<BackfillEstimate>()
        .AddSingleton<SourceCheck>()
        .AddSingleton<IJobHandler, MaterializationJob>()
        .AddSingleton<IEventHandler, ProjectRemoval>()
        .AddSingleton<Freshness>()
        .AddSingleton<Expiry>()
        .AddSingleton<QualityGate>()
        .AddSingleton<QualityChecks>()
        .AddSingleton(static p => new QualityEvidence(p.GetRequiredService<Db>()))
        .AddSingleton<OfflineErasure>()
        .AddSingleton<DerivedErasure>()
        .AddSingleton<Erasures>()
        .AddSingleton(static p => new EntityErasures(p.GetRequiredService<Db>(), p.GetRequiredService<Erasures>()))
        .AddSingleton<MaterializationSchedule>()
        .AddHostedService(static p => p.GetRequiredService<MaterializationSchedule>())
        .AddPortableTables(MaterializationTables.All);

    public static void MapMaterialization(this IEndpointRouteBuilder app)
    {
        MaterializationEndpoints.Map(app);
        QualityEndpoints.Map(app);
    }
}
