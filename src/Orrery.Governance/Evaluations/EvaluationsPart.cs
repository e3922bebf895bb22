using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Orrery.Registry;
using Orrery.Storage;

namespace Orrery.Governance;

/// <summary>The part of governance for evaluations and fairness reports.</summary>
internal static class EvaluationsPart
{
    public static IServiceCollection AddEvaluations(this IServiceCollection services, string dataDir) => services
        .AddSingleton<Evaluations>()
        .AddSingleton<RowRights>()
        .AddSingleton<EvaluationExport>()
        .AddSingleton(provider => ActivatorUtilities.CreateInstance<EvaluationInputs>(provider, Path.Combine(dataDir, "governance", "evaluations")))
        .AddSingleton<EvaluationRun>()
        .AddPromotionGates()
        .AddSingleton<IJobHandler, EvaluationJob>()
        .AddHostedService(provider => new ScratchCleaning(
            [Path.Combine(dataDir, "governance", "evaluations"), Path.Combine(dataDir, "governance", "explanations")], provider.GetRequiredService<TimeProvider>()))
        .AddPortableTables(EvaluationTables.All);

    public static void MapEvaluations(this IEndpointRouteBuilder app)
    {
        EvaluationEndpoints.Map(app);
        GateEndpoints.Map(app);
    }

    // The registry is asked late: its versions know their gates.
    private static IServiceCollection AddPromotionGates(this IServiceCollection services) => services
        .AddSingleton(static provider => ActivatorUtilities.CreateInstance<PromotionGates>(
            provider, (Func<RegisteredModels>)provider.GetRequiredService<RegisteredModels>, (Func<Packages>)provider.GetRequiredService<Packages>))
        .AddSingleton(static p => new VersionGates(p.GetRequiredService<PromotionGates>()))
        .AddSingleton<IPromotionGate, EvaluationPromotionGate>();
}
