using Orrery.Kernel;

namespace Orrery.Governance;

/// <summary>Knows of versions that were approved for an environment, or brought to it by other roads than Serving's deployments. Those who approve and deliver answer.</summary>
public interface IDeliveryHistory
{
    /// <summary>Whether a version of one of some models was ever approved for an environment, or delivered to it.</summary>
    /// <param name="actor">In which workspace.</param>
    /// <param name="environment">Where.</param>
    /// <param name="models">Names of registered models.</param>
    /// <param name="cancel">Ends with the request.</param>
    public ValueTask<bool> WasBroughtAsync(Actor actor, string environment, IReadOnlySet<string> models, CancellationToken cancel);

    /// <summary>
    /// Since when the very same files of a model stand approved by automatic checks, or delivered and ready, in an environment that is not production; null where
    /// they do not, or where something failed there since.
    /// </summary>
    /// <param name="actor">In which workspace.</param>
    /// <param name="model">Name of the registered model.</param>
    /// <param name="packageSha256">Of its files.</param>
    /// <param name="cancel">Ends with the request.</param>
    public ValueTask<DateTimeOffset?> ProvenSinceAsync(Actor actor, string model, string packageSha256, CancellationToken cancel);
}
