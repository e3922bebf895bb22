using Orrery.Kernel;

namespace Orrery.Features;

/// <summary>Answered by modules above: what uses a project's feature services.</summary>
public interface IFeatureUses
{
    /// <summary>All uses of a project's services.</summary>
    /// <param name="actor">Who asks, and in which workspace.</param>
    /// <param name="project">The project.</param>
    /// <param name="cancel">Stops waiting.</param>
    ValueTask<IReadOnlyList<FeatureUse>> ListAsync(Actor actor, string project, CancellationToken cancel);
}

/// <summary>One use of a feature service.</summary>
/// <param name="Kind">What uses it: <c>model</c>.</param>
/// <param name="Name">The model's name, with its version where there is one.</param>
/// <param name="Service">The service.</param>
public sealed record FeatureUse(string Kind, string Name, string Service);
