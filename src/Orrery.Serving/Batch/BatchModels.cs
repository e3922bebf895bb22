using Orrery.Kernel;
using Orrery.Registry;

namespace Orrery.Serving;

/// <summary>The models of batch predictions, as they were when they were asked for.</summary>
internal sealed class BatchModels(Packages packages, ModelPool pool, ServingOptions options)
{
    /// <summary>How a version is loaded; what <see cref="Runtimes.Choose"/> and the registry refuse.</summary>
    public async ValueTask<Result<ModelRecipe>> FindAsync(Actor actor, string model, string version, CancellationToken cancel) =>
        (await packages.GetForUseAsync(actor, model, version, cancel)).Failed(out var unknown, out var package)
            ? unknown
            : Runtimes.Choose(actor.Workspace, package, options);

    /// <summary>Loads the model; <c>serving.batch_model_changed</c>, <c>serving.not_loaded</c>, and what <see cref="FindAsync"/> refuses.</summary>
    public async ValueTask<Result<HeldModel>> HoldAsync(Actor actor, BatchRow batch, CancellationToken cancel)
    {
        if ((await FindAsync(actor, batch.Model, batch.Version, cancel)).Failed(out var refused, out var recipe))
            return refused;
        if (recipe.Sha256 != batch.ModelSha256)
            return Failure.Conflict("serving.batch_model_changed", $"The files of version {batch.Version} of {batch.Model} are others than when the batch prediction was asked for.");
        var slot = pool.Hold(recipe, Options(recipe));
        try
        {
            return new HeldModel(await slot.EnterAsync(cancel), slot, pool);
        }
        catch (ModelException broken)
        {
            pool.Release(slot);
            return Failure.Conflict("serving.not_loaded", broken.Message);
        }
        catch
        {
            pool.Release(slot);
            throw;
        }
    }

    // A model in process is shared with who serves it; workers are not, so that requests never wait behind a batch, and calls are never put together.
    private ModelOptions Options(ModelRecipe recipe) => recipe.Runtime == Runtimes.Python
        ? new(Threads: 1, MinReplicas: 1, MaxReplicas: Math.Max(1, options.Batch.Concurrency), BatchRows: 1)
        : new(Threads: 1);
}

/// <summary>A model that stays loaded until it is disposed.</summary>
internal sealed class HeldModel(ServedModel model, ModelSlot slot, ModelPool pool) : IDisposable
{
    public ServedModel Model => model;

    public void Dispose()
    {
        slot.Leave();
        pool.Release(slot);
    }
}
