using Orrery.Kernel;

namespace Orrery.Governance;

/// <summary>Where approvals find the risk, the checks and the policies.</summary>
internal static class DecisionSources
{
    private static readonly Failure Absent = Failure.Unavailable("governance.no_risk", "Risk is not assessed on this server.");

    public static DecisionFacts Create(IServiceProvider provider) => new(
        static (_, _, _, _, _) => new(Absent),
        static (_, _, _, _, _) => new(Absent),
        static (_, _, _, _, _) => new(Absent));
}
