using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
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
        .AddSingleton<IJobHandler, EvaluationJob>()
        .AddPortableTables(EvaluationTables.All);

    public static void MapEvaluations(this IEndpointRouteBuilder app) => EvaluationEndpoints.Map(app);
}
