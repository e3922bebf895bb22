using Orrery.Kernel;

namespace Orrery.Registry;

/// <summary>Is asked before a version goes to the stage Production, or gets the alias <c>production</c>. Modules above implement it and register it as a singleton; all must agree.</summary>
public interface IPromotionGate
{
    /// <summary>Why the version may not go to Production now; null when it may.</summary>
    /// <param name="actor">Who wants it, and in which workspace.</param>
    /// <param name="version">As it stands: <see cref="ModelVersion.Stage"/> is the stage it would leave.</param>
    /// <param name="cancel">Ends with the request.</param>
    public ValueTask<Failure?> CheckAsync(Actor actor, ModelVersion version, CancellationToken cancel);
}
