using Orrery.Contracts;

namespace Orrery.Client;

/// <content>Lineage.</content>
public sealed partial class FeatureApi
{
    /// <summary>
    /// What a view, a source or a training set came of, and what came of it; name one. 400 <c>lineage.start_missing</c>, 404
    /// <c>features.view_not_found</c>, <c>features.source_not_found</c>, <c>features.training_set_not_found</c>.
    /// </summary>
    public Task<LineageGraph> GetLineageAsync(string project, string? view = null, string? source = null, string? trainingSet = null, CancellationToken cancel = default) =>
        _wire.GetNativeAsync<LineageGraph>(new Query(Project(project) + "/lineage").With("view", view).With("source", source).With("training_set", trainingSet), cancel);

    /// <summary>What a run came of, and the model versions that it made; 404 <c>lineage.run_not_found</c>.</summary>
    public Task<LineageGraph> GetRunLineageAsync(string run, CancellationToken cancel = default) =>
        _wire.GetNativeAsync<LineageGraph>($"lineage/runs/{Uri.EscapeDataString(run)}", cancel);

    /// <summary>What a model version came of; 404 when there is none.</summary>
    public Task<LineageGraph> GetModelVersionLineageAsync(string model, string version, CancellationToken cancel = default) =>
        _wire.GetNativeAsync<LineageGraph>($"lineage/model-versions/{Uri.EscapeDataString(model)}/{Uri.EscapeDataString(version)}", cancel);
}
