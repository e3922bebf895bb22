using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Orrery.Governance;

/// <summary>The part of governance for evaluations and fairness reports.</summary>
internal static class EvaluationsPart
{
    public static IServiceCollection AddEvaluations(this IServiceCollection services, string dataDir) => services;

    public static void MapEvaluations(this IEndpointRouteBuilder app) => ArgumentNullException.ThrowIfNull(app);
}
