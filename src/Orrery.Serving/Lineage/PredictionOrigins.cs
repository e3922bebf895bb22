using Orrery.Kernel;
using Orrery.Lineage;
using Orrery.Registry;

namespace Orrery.Serving;

/// <summary>Tells lineage what made a prediction, from the log of predictions.</summary>
internal sealed class PredictionOrigins(LoggedPredictions predictions, ModelVersions versions) : IPredictionOrigins
{
    /// <inheritdoc/>
    public async ValueTask<Result<PredictionOrigin>> FindAsync(Actor actor, string id, CancellationToken cancel)
    {
        if ((await predictions.GetAsync(actor, id, cancel)).Failed(out var missing, out var found))
            return missing;
        var row = found.Predictions.FirstOrDefault(static row => !row.Shadow) ?? found.Predictions[0];
        // Of a version that was deleted the log knows the name only; there is no graph behind it then.
        var version = (await versions.GetAsync(actor, row.Model, row.Version, cancel)).Failed(out _, out var known)
            ? new GraphNode(NodeKinds.ModelVersion, $"{row.Model}/{row.Version}") { Guard = new(NodeGuard.Model) }
            : VersionEdges.NodeOf(known.ModelId, known.Name, known.Version);
        return new PredictionOrigin(row.PredictionId, row.At, RevisionEdges.NodeOf(row.Environment, row.Deployment, row.Revision), version, found.Predictions.Any(static one => one.Label is not null));
    }
}
