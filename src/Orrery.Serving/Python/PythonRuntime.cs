using Microsoft.Extensions.Logging;

namespace Orrery.Serving;

/// <summary>Opens models in Python workers.</summary>
internal sealed class PythonRuntime(ServingOptions options, ServingMetrics metrics, ILogger<PythonRuntime> logger)
{
    // Batches of these give each row what it would get alone.
    private const int LibraryBatch = 256;

    /// <exception cref="ModelException">It cannot be loaded; the message says why.</exception>
    public async Task<PythonModel> OpenAsync(ModelRecipe recipe, string folder, ModelOptions shape, CancellationToken cancel)
    {
        if (PythonFlavors.Choose(recipe.Document) is not { } chosen)
            throw new ModelException("The package has no flavor that Python workers load.");
        var columns = PythonColumns.Read(recipe.Document);
        var python = options.Python;
        var rows = shape.BatchRows > 0 ? shape.BatchRows : chosen.Flavor == PythonFlavors.Function ? 1 : LibraryBatch;
        var pool = new PythonPool(
            $"{recipe.Model} {recipe.Version}", python, shape, rows, PythonFolder.Create(folder),
            (model, temp) => new(model, temp, python.MemoryMb, chosen.Flavor, chosen.Settings, columns, python.AllowCode, python.AllowedModules), metrics.Of(recipe), logger);
        var opened = await PythonModel.OpenAsync(recipe, pool, cancel);
        Log.WorkersReady(logger, pool.Name, opened.Python, string.Join(", ", opened.Sandbox));
        return opened;
    }
}
