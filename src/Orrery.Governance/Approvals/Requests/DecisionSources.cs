using Microsoft.Extensions.DependencyInjection;
using Orrery.Contracts;
using Orrery.Kernel;

namespace Orrery.Governance;

/// <summary>Where approvals find the risk, the checks and the policies.</summary>
internal static class DecisionSources
{
    public static DecisionFacts Create(IServiceProvider provider)
    {
        var policies = provider.GetRequiredService<Policies>();
        return new(
            provider.GetRequiredService<RiskAssessments>().AssessAsync,
            provider.GetRequiredService<AutomaticChecks>().CheckAsync,
            (actor, model, version, environment, cancel) => JudgeAsync(policies, actor, model, version, environment, cancel));
    }

    private static async ValueTask<Result<PolicyStand>> JudgeAsync(Policies policies, Actor actor, string model, string version, string environment, CancellationToken cancel) =>
        (await policies.CheckAsync(actor, model, version, environment, cancel)).Then<PolicyStand>(static verdict =>
            new PolicyStand(verdict.PoliciesSha256, [.. verdict.Blocked.Select(Told)], [.. verdict.Warnings.Select(Told)]));

    private static string Told(PolicyOutcome rule) => $"{rule.Policy}/{rule.Rule}: {rule.Message ?? rule.Missing}";
}
