using Orrery.Kernel;
using Orrery.Registry;

namespace Orrery.Serving;

/// <summary>The models of batch predictions, as they were when they were asked for, and of what scores versions in bulk.</summary>
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
        return await HoldAsync(recipe, cancel);
    }

    /// <summary>Loads a model; <c>serving.not_loaded</c>.</summary>
    public ValueTask<Result<HeldModel>> HoldAsync(ModelRecipe recipe, CancellationToken cancel) => HeldModel.OpenAsync(pool, recipe, options, cancel);
}
