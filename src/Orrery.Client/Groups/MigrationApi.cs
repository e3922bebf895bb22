using System.Globalization;
using Orrery.Contracts;

namespace Orrery.Client;

/// <summary>Calls on migrations of models that run elsewhere. Native: an MLflow server answers 404.</summary>
public sealed class MigrationApi
{
    private const string Root = "migrations";

    private readonly Wire _wire;

    internal MigrationApi(Wire wire) => _wire = wire;

    /// <summary>Begins one; 400 <c>delivery.invalid_request</c>, <c>serving.remote_not_allowed</c>.</summary>
    public Task<ModelMigration> StartAsync(StartModelMigration migration, CancellationToken cancel = default) =>
        _wire.NativeAsync<StartModelMigration, ModelMigration>(Root, migration, Repeat.IfNotActed, cancel);

    /// <summary>One with its steps and comparisons; 404 <c>delivery.migration_not_found</c>.</summary>
    public Task<ModelMigration> GetAsync(string id, CancellationToken cancel = default) => _wire.GetNativeAsync<ModelMigration>(Path(id), cancel);

    /// <summary>One page, newest first.</summary>
    public Task<ModelMigrationPage> ListPageAsync(string? model = null, int? limit = null, string? pageToken = null, CancellationToken cancel = default) =>
        _wire.GetNativeAsync<ModelMigrationPage>(new Query(Root).With("model", model).With("limit", limit).With("page_token", pageToken), cancel);

    /// <summary>Sets how a step stands; 404 <c>delivery.no_step</c>, 409 <c>delivery.step_not_done</c>.</summary>
    public Task<ModelMigration> SetStepAsync(string id, int step, SetMigrationStep set, CancellationToken cancel = default) =>
        _wire.NativeAsync<SetMigrationStep, ModelMigration>($"{Path(id)}/steps/{step.ToString(CultureInfo.InvariantCulture)}", set, Repeat.IfNotActed, cancel);

    /// <summary>Has old and new asked the same, as a job; 409 <c>delivery.no_version</c>, <c>delivery.compare_running</c>.</summary>
    public Task<ModelMigrationComparison> CompareAsync(string id, CompareModelMigration compare, CancellationToken cancel = default) =>
        _wire.NativeAsync<CompareModelMigration, ModelMigrationComparison>(Path(id) + "/compare", compare, Repeat.IfNotActed, cancel);

    /// <summary>Forgets it with its steps and comparisons.</summary>
    public Task DeleteAsync(string id, CancellationToken cancel = default) => _wire.DeleteNativeAsync(Path(id), cancel);

    private static string Path(string id) => $"{Root}/{Uri.EscapeDataString(id)}";
}
