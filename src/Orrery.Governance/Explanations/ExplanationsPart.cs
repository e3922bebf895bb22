using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Orrery.Serving;
using Orrery.Storage;

namespace Orrery.Governance;

/// <summary>The part of governance for explanations.</summary>
internal static class ExplanationsPart
{
    public static IServiceCollection AddExplanations(this IServiceCollection services) => services
        .AddSingleton<ExplanationInput>()
        .AddSingleton<MarginFiles>()
        .AddSingleton<ExplanationRun>()
        .AddSingleton<Explanations>()
        .AddSingleton<IJobHandler, ExplanationJob>()
        .AddSingleton<IPredictionExplainer, PredictionExplainer>()
        .AddSingleton<KnownReports>()
        .AddSingleton<RequestSlots>()
        .AddSingleton<InstanceExplaining>()
        .AddSingleton<CounterfactualExplaining>()
        .AddPortableTables(ExplanationTables.All);

    public static void MapExplanations(this IEndpointRouteBuilder app) => ExplanationEndpoints.Map(app);
}
