using System.Globalization;
using Orrery.Features;
using Orrery.Kernel;
using Orrery.Storage;
using Orrery.Tracking;

namespace Orrery.Registry;

/// <summary>
/// Model versions that were trained on features: those whose run names a training set as its data set. Three questions to indexes, however
/// many models there are.
/// </summary>
internal sealed class ModelUses(Db db, TrainingUses training, DatasetRuns runs) : IFeatureUses
{
    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<FeatureUse>> ListAsync(Actor actor, string project, CancellationToken cancel)
    {
        var sets = (await training.ListAsync(actor, project, cancel)).ToLookup(static set => (set.Name, set.Digest));
        if (sets.Count == 0)
            return [];
        var read = await runs.ListAsync(actor, TrainingData.SourceType, [.. sets.Select(static set => set.Key.Digest).Distinct()], DatasetRuns.MostRuns, cancel);
        var named = read.Where(run => sets.Contains((run.Name, run.Digest))).ToList();
        if (named.Count == 0)
            return [];
        var versions = await db.ReadAsync(session => TrainedVersionStore.ListAsync(session, actor.Workspace, [.. named.Select(static run => run.RunId).Distinct()]), cancel);
        if (versions.Count == 0)
            return [];
        var data = named.ToLookup(static run => run.RunId, run => sets[(run.Name, run.Digest)].First().Id);
        var features = await training.FeaturesAsync(actor, project, [.. versions.SelectMany(version => data[version.RunId]).Distinct()], cancel);
        return
        [
            .. from version in versions
               from set in data[version.RunId].Distinct()
               where features.ContainsKey(set)
               select Use(version, set, features[set]),
        ];
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlySet<string>> NeededAsync(DbSession session, WorkspaceId workspace, IReadOnlyCollection<TrainingData> sets)
    {
        var needed = await DatasetRuns.NeededAsync(session, workspace, TrainingData.SourceType, [.. sets.Select(static set => set.Digest).Distinct()]);
        return sets.Where(set => needed.Contains((set.Name, set.Digest))).Select(static set => set.Id).ToHashSet(StringComparer.Ordinal);
    }

    private static FeatureUse Use(TrainedVersion version, string set, TrainedFeatures features) =>
        new("model", string.Create(CultureInfo.InvariantCulture, $"{version.Name}/{version.Version}"), features.Service)
        {
            ObjectId = version.ModelId,
            Version = version.Version,
            Stage = version.Stage,
            Aliases = version.Aliases,
            TrainingSet = set,
            Features = features.Features,
        };
}
