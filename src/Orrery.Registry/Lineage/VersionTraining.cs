using Orrery.Features;
using Orrery.Kernel;
using Orrery.Tracking;

namespace Orrery.Registry;

/// <summary>What versions were trained on.</summary>
public sealed class VersionTraining
{
    private readonly ModelVersions _versions;
    private readonly DatasetRuns _runs;
    private readonly TrainingUses _training;

    internal VersionTraining(ModelVersions versions, DatasetRuns runs, TrainingUses training) => (_versions, _runs, _training) = (versions, runs, training);

    /// <summary>
    /// The training sets of the feature store that a version's run names as its data, newest first; of those with the same name and content the newest. Empty
    /// for a version without a run, or whose run names none. <c>registry.version_not_found</c>, <c>registry.invalid_version</c>.
    /// </summary>
    public async ValueTask<Result<IReadOnlyList<TrainingData>>> SetsAsync(Actor actor, string model, string version, CancellationToken cancel)
    {
        if ((await _versions.GetAsync(actor, model, version, cancel)).Failed(out var missing, out var found))
            return missing;
        var sets = new List<TrainingData>();
        if (found.RunId is { } run)
        {
            foreach (var (name, digest) in (await _runs.OfRunsAsync(actor, TrainingData.SourceType, [run], cancel)).Select(static one => (one.Name, one.Digest)).Distinct())
            {
                if (await _training.FindAsync(actor, name, digest, cancel) is [.., var newest])
                    sets.Add(newest);
            }
        }

        return sets.OrderByDescending(static set => set.CreatedAt).ThenByDescending(static set => set.Id, StringComparer.Ordinal).ToList();
    }
}
