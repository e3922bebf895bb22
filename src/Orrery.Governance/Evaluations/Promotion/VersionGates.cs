using Orrery.Contracts;
using Orrery.Kernel;
using ModelVersion = Orrery.Registry.ModelVersion;

namespace Orrery.Governance;

/// <summary>How versions stand to the gates of their models' evaluations, for modules above.</summary>
public sealed class VersionGates
{
    private readonly PromotionGates _gates;

    internal VersionGates(PromotionGates gates) => _gates = gates;

    /// <summary>The gates of a model; empty for none.</summary>
    /// <returns>What the registry refuses.</returns>
    public ValueTask<Result<EvaluationGates>> GetAsync(Actor actor, string model, CancellationToken cancel) => _gates.GetAsync(actor, model, cancel);

    /// <summary>Whether a version's newest counting evaluation passes them.</summary>
    /// <returns>What the registry refuses.</returns>
    public ValueTask<Result<EvaluationGateCheck>> CheckAsync(Actor actor, ModelVersion version, CancellationToken cancel) => _gates.CheckAsync(actor, version, cancel);
}
