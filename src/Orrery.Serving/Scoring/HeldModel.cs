using Orrery.Kernel;

namespace Orrery.Serving;

/// <summary>A model that stays loaded for work in bulk until it is disposed.</summary>
internal sealed class HeldModel : IDisposable
{
    private readonly ModelSlot _slot;
    private readonly ModelPool _pool;

    private HeldModel(ServedModel model, ModelSlot slot, ModelPool pool) => (Model, _slot, _pool) = (model, slot, pool);

    public ServedModel Model { get; }

    /// <summary>Loads a model, or waits until it is loaded; <c>serving.not_loaded</c>.</summary>
    public static async ValueTask<Result<HeldModel>> OpenAsync(ModelPool pool, ModelRecipe recipe, ServingOptions options, CancellationToken cancel)
    {
        var slot = pool.Hold(recipe, OptionsOf(recipe, options));
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

    public void Dispose()
    {
        _slot.Leave();
        _pool.Release(_slot);
    }

    // A model in process is shared with who serves it; workers are not, so that requests never wait behind work in bulk, and calls are never put together.
    private static ModelOptions OptionsOf(ModelRecipe recipe, ServingOptions options) => recipe.Runtime == Runtimes.Python
        ? new(Threads: 1, MinReplicas: 1, MaxReplicas: Math.Max(1, options.Batch.Concurrency), BatchRows: 1)
        : new(Threads: 1);
}
