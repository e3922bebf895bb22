using Orrery.Kernel;

namespace Orrery.Governance;

/// <summary>Knows what models are asked, on all servers together. Those who watch what is deployed answer.</summary>
public interface ITrafficHistory
{
    /// <summary>Requests that the versions of a model answered in an environment in the busiest of the last seven days, each of 24 hours; shadows do not count.</summary>
    /// <param name="actor">In which workspace.</param>
    /// <param name="model">Name of the registered model.</param>
    /// <param name="environment">Where.</param>
    /// <param name="cancel">Ends with the request.</param>
    public ValueTask<long> BusiestDayAsync(Actor actor, string model, string environment, CancellationToken cancel);
}
