using System.Text.Json;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Features;

/// <summary>Training sets, and what they were made of, for modules that know who reads them.</summary>
public sealed class TrainingUses
{
    /// <summary>Most training sets of a project that are looked at, the newest.</summary>
    public const int MostSets = 50_000;

    private const int Page = 500;
    private readonly Db _db;

    internal TrainingUses(Db db) => _db = db;

    /// <summary>The finished training sets of a project, newest first; at most <see cref="MostSets"/>.</summary>
    public ValueTask<List<TrainingData>> ListAsync(Actor actor, string project, CancellationToken cancel) =>
        _db.ReadAsync(session => TrainingPartStore.DataAsync(session, actor.Workspace, project, MostSets), cancel);

    /// <summary>The finished training sets that a run's data set may be, oldest first: those of its name and content.</summary>
    public ValueTask<List<TrainingData>> FindAsync(Actor actor, string name, string digest, CancellationToken cancel) =>
        _db.ReadAsync(session => TrainingPartStore.DataAsync(session, actor.Workspace, name, digest), cancel);

    /// <summary>What was used of each of some training sets of a project.</summary>
    /// <param name="actor">Who asks, and in which workspace.</param>
    /// <param name="project">Theirs.</param>
    /// <param name="sets">Their ids.</param>
    /// <param name="cancel">Stops waiting.</param>
    public async ValueTask<IReadOnlyDictionary<string, TrainedFeatures>> FeaturesAsync(Actor actor, string project, IReadOnlyCollection<string> sets, CancellationToken cancel)
    {
        var parts = await PartsAsync(actor, project, sets, cancel);
        return parts.GroupBy(static part => part.Set).ToDictionary(static set => set.Key, static set => new TrainedFeatures(
            set.FirstOrDefault(static part => part.Kind == TrainingPart.Service)?.Name,
            [.. set.Where(static part => part.Kind is TrainingPart.View or TrainingPart.OnDemand).SelectMany(static part => part.Features.Select(feature => new UsedFeature(part.Name, feature)))]));
    }

    /// <summary>What sets were made of; writes it down first where it was not.</summary>
    internal async ValueTask<List<TrainingPart>> PartsAsync(Actor actor, string project, IReadOnlyCollection<string> sets, CancellationToken cancel)
    {
        await LinkAsync(actor, project, cancel);
        return await _db.ReadAsync(session => TrainingPartStore.ListAsync(session, actor.Workspace, sets), cancel);
    }

    /// <summary>Writes down what training sets of a project were made of that have not been looked at yet.</summary>
    internal async ValueTask LinkAsync(Actor actor, string project, CancellationToken cancel)
    {
        for (var after = ""; ;)
        {
            var unlinked = await _db.ReadAsync(session => TrainingPartStore.UnlinkedAsync(session, actor.Workspace, project, after, Page), cancel);
            if (unlinked.Count == 0)
                return;
            var parts = unlinked.SelectMany(static one => TrainingPart.Of(JsonSerializer.Deserialize(one.Manifest, ManifestJson.Default.Manifest)!, one.Set)).ToList();
            await _db.WriteAsync<Done>(async session =>
            {
                await TrainingPartStore.LinkAsync(session, actor.Workspace, project, [.. unlinked.Select(static one => one.Set)], parts);
                return Done.Ok;
            }, cancel);
            after = unlinked[^1].Set;
        }
    }
}

/// <summary>What a training set has of a project's features.</summary>
/// <param name="Service">The service that was asked for; null for single features.</param>
/// <param name="Features">Those asked for.</param>
public sealed record TrainedFeatures(string? Service, IReadOnlyList<UsedFeature> Features);

/// <summary>A feature of a view or an on-demand view.</summary>
/// <param name="View">Its name.</param>
/// <param name="Feature">Its name.</param>
public sealed record UsedFeature(string View, string Feature);
