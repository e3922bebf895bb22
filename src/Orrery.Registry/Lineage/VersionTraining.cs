using System.Globalization;
using Orrery.Features;
using Orrery.Kernel;
using Orrery.Storage;
using Orrery.Tracking;

namespace Orrery.Registry;

/// <summary>What versions were trained on, and which came of a run.</summary>
public sealed class VersionTraining
{
    private readonly Db _db;
    private readonly ModelVersions _versions;
    private readonly DatasetRuns _runs;
    private readonly TrainingUses _training;

    internal VersionTraining(Db db, ModelVersions versions, DatasetRuns runs, TrainingUses training) => (_db, _versions, _runs, _training) = (db, versions, runs, training);

    /// <summary>A version by its model's name and its number; <c>registry.version_not_found</c>, <c>registry.invalid_version</c>.</summary>
    public async ValueTask<Result<(string Model, string Version)>> FindAsync(Actor actor, string model, string version, CancellationToken cancel) =>
        (await _versions.GetAsync(actor, model, version, cancel)).Then<(string, string)>(static found => (found.Name, Number(found.Version)));

    /// <summary>The versions that a run made, by name, newest first.</summary>
    public async ValueTask<IReadOnlyList<(string Model, string Version)>> OfRunAsync(Actor actor, string run, CancellationToken cancel) =>
        [.. (await _db.ReadAsync(session => TrainedVersionStore.ListAsync(session, actor.Workspace, [run]), cancel)).Select(static one => (one.Name, Number(one.Version)))];

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

    private static string Number(long version) => version.ToString(CultureInfo.InvariantCulture);
}
