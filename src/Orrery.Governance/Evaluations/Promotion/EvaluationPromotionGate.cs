using Orrery.Kernel;
using Orrery.Registry;

namespace Orrery.Governance;

/// <summary>Keeps versions out of production whose evaluations do not show what their model asks for.</summary>
internal sealed class EvaluationPromotionGate(PromotionGates gates) : IPromotionGate
{
    public async ValueTask<Failure?> CheckAsync(Actor actor, ModelVersion version, CancellationToken cancel)
    {
        if ((await gates.CheckAsync(actor, version, cancel)).Failed(out var unknown, out var check))
            return unknown;
        return check.Passed ? null : Failure.Conflict("governance.evaluation_gate", $"Version {version.Version} of {version.Name} may not go to production. {check.Reason}");
    }
}
