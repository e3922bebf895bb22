using Orrery.Contracts;
using Orrery.Kernel;

namespace Orrery.Serving;

/// <summary>Opens versions, deployed or not, for modules above that score many rows.</summary>
public sealed class VersionScoring
{
    private readonly BatchModels _models;

    internal VersionScoring(BatchModels models) => _models = models;

    /// <summary>Loads a version and finds its columns.</summary>
    /// <param name="actor">Who; may read the model.</param>
    /// <param name="model">Registered model.</param>
    /// <param name="version">Its version's number.</param>
    /// <param name="features">Names of its columns in its order, for a model without a signature; null or empty for those of the signature.</param>
    /// <param name="cancel">Breaks off.</param>
    /// <returns>The version, to be disposed; what the registry and <see cref="Runtimes.Choose"/> refuse, <c>serving.not_loaded</c>, <c>serving.batch_columns</c>.</returns>
    public async ValueTask<Result<ScoredVersion>> HoldAsync(Actor actor, string model, string version, IReadOnlyList<string>? features, CancellationToken cancel)
    {
        if ((await _models.FindAsync(actor, model, version, cancel)).Failed(out var refused, out var recipe) || (await _models.HoldAsync(recipe, cancel)).Failed(out refused, out var held))
            return refused;
        if (!BatchColumns.Plan(held.Model.Declaration, new BatchPredictionSpec { Features = features ?? [] }).Failed(out var wrong, out var plan))
            return new ScoredVersion(recipe, held, plan);
        held.Dispose();
        return wrong;
    }
}
