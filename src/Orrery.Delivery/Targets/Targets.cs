using Orrery.Kernel;

namespace Orrery.Delivery;

/// <summary>Which target an environment has.</summary>
internal sealed class Targets(IEnumerable<ITarget> kinds)
{
    private readonly Dictionary<string, ITarget> _kinds = kinds.ToDictionary(static kind => kind.Kind, StringComparer.Ordinal);

    /// <summary>The target that is set for an environment; this server where none is.</summary>
    public ValueTask<Result<(ITarget Target, TargetSpec Spec)>> ForAsync(Actor actor, string environment, CancellationToken cancel)
    {
        var spec = new TargetSpec { Environment = environment, Kind = "local" };
        return ValueTask.FromResult<Result<(ITarget Target, TargetSpec Spec)>>((_kinds[spec.Kind], spec));
    }
}
