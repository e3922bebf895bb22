using Microsoft.Extensions.DependencyInjection;
using Orrery.Contracts;
using Orrery.Kernel;

namespace Orrery.Governance;

/// <summary>Where approvals find the risk, the checks and the policies.</summary>
internal static class DecisionSources
{
    private static readonly string[] Conditions = ["performance", "bias", "lineage", "tests", "no_pii", "non_production"];

    public static DecisionFacts Create(IServiceProvider provider) => new(
        provider.GetRequiredService<RiskAssessments>().AssessAsync,
        static (_, _, _, _, _) => new((Result<IReadOnlyList<AutomaticCheck>>)Conditions.Select(static name => new AutomaticCheck { Name = name, Reason = "It is not computed on this server; people decide." }).ToList()),
        static (_, _, _, _, _) => new(new PolicyStand("", [], [])));
}
