using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Registry;

namespace Orrery.Serving;

/// <summary>Opens versions, deployed or not, for modules above that score many rows.</summary>
public sealed class VersionScoring
{
    private readonly Packages _packages;
    private readonly ModelPool _pool;
    private readonly ServingOptions _options;

    internal VersionScoring(Packages packages, ModelPool pool, ServingOptions options) => (_packages, _pool, _options) = (packages, pool, options);

    /// <summary>Loads a version and finds its columns.</summary>
    /// <param name="actor">Who; may read the model.</param>
    /// <param name="model">Registered model.</param>
    /// <param name="version">Its version's number.</param>
    /// <param name="features">Names of its columns in its order, for a model without a signature; null or empty for those of the signature.</param>
    /// <param name="cancel">Breaks off.</param>
    /// <returns>The version, to be disposed; what the registry and <see cref="Runtimes.Choose"/> refuse, <c>serving.not_loaded</c>, <c>serving.batch_columns</c>.</returns>
    public async ValueTask<Result<ScoredVersion>> HoldAsync(Actor actor, string model, string version, IReadOnlyList<string>? features, CancellationToken cancel)
    {
        if ((await _packages.GetForUseAsync(actor, model, version, cancel)).Failed(out var unknown, out var package))
            return unknown;
        if (Runtimes.Choose(actor.Workspace, package, _options).Failed(out var refused, out var recipe))
            return refused;

        // Workers are not shared with who serves it, so that requests never wait behind an evaluation, and calls are never put together.
        var options = recipe.Runtime == Runtimes.Python
            ? new ModelOptions(Threads: 1, MinReplicas: 1, MaxReplicas: Math.Max(1, _options.Batch.Concurrency), BatchRows: 1)
            : new ModelOptions(Threads: 1);
        var slot = _pool.Hold(recipe, options);
        try
        {
            var held = new HeldModel(await slot.EnterAsync(cancel), slot, _pool);
            if (!BatchColumns.Plan(held.Model.Declaration, new BatchPredictionSpec { Features = features ?? [] }).Failed(out var wrong, out var plan))
                return new ScoredVersion(recipe, held, plan);
            held.Dispose();
            return wrong;
        }
        catch (ModelException broken)
        {
            _pool.Release(slot);
            return Failure.Conflict("serving.not_loaded", broken.Message);
        }
        catch (OperationCanceledException)
        {
            _pool.Release(slot);
            throw;
        }
    }
}
