using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Orrery.Storage;

namespace Orrery.Delivery;

/// <summary>The part of delivery that brings over models that run elsewhere.</summary>
internal static class ChecklistsPart
{
    public static IServiceCollection AddChecklists(this IServiceCollection services) => services
        .AddSingleton<BothSides>()
        .AddSingleton<DeploymentEvidence>()
        .AddSingleton<StepEvidence>()
        .AddSingleton<ModelMigrations>()
        .AddSingleton<IJobHandler, MigrationCompareJob>()
        .AddPortableTables(ChecklistTables.All);

    public static void MapChecklists(this IEndpointRouteBuilder app) => MigrationEndpoints.Map(app);
}
