using System.Globalization;
using Orrery.Audit;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Tracking;

/// <summary>What one can do with the scorers of an active experiment.</summary>
internal sealed class Scorers(Db db, AuditLog audit, TimeProvider time)
{
    private const int MaxName = 256;

    /// <summary>Registers the next version.</summary>
    public async ValueTask<Result<Scorer>> RegisterAsync(Actor actor, string experimentId, string name, string serialized, CancellationToken cancel)
    {
        if (name.Length > MaxName)
            return Names.TooLong("name", name, MaxName);
        var now = time.GetUtcNow();
        var id = Guid.CreateVersion7(now).ToString();
        return await db.WriteAsync<Scorer>(async session =>
        {
            if ((await ActiveAsync(session, actor, experimentId)).Failed(out var refused, out var experiment))
                return refused;
            var made = await ScorerStore.InsertAsync(session, actor.Workspace, new(id, experiment, name, Version: 1, serialized, now.ToUnixTimeMilliseconds()));
            await audit.AppendAsync(session, actor, Act.Scorer("scorer.register", made) with { After = StateHash.Of(made) });
            return made;
        }, cancel);
    }

    /// <summary>The latest version of each, by name.</summary>
    public ValueTask<Result<List<Scorer>>> ListAsync(Actor actor, string experimentId, CancellationToken cancel) => db.ReadAsync<Result<List<Scorer>>>(async session =>
    {
        if ((await ActiveAsync(session, actor, experimentId)).Failed(out var refused, out var experiment))
            return refused;
        return await ScorerStore.LatestAsync(session, actor.Workspace, experiment);
    }, cancel);

    /// <summary>All versions of one, the oldest first; <c>tracking.scorer_not_found</c>.</summary>
    public ValueTask<Result<List<Scorer>>> VersionsAsync(Actor actor, string experimentId, string name, CancellationToken cancel) =>
        db.ReadAsync<Result<List<Scorer>>>(async session =>
        {
            if ((await ActiveAsync(session, actor, experimentId)).Failed(out var refused, out var experiment))
                return refused;
            var versions = await ScorerStore.VersionsAsync(session, actor.Workspace, experiment, name);
            return versions.Count > 0 ? versions : NotFound(experiment, name, version: null);
        }, cancel);

    /// <summary>One version, the latest when none is named; <c>tracking.scorer_not_found</c>.</summary>
    public ValueTask<Result<Scorer>> GetAsync(Actor actor, string experimentId, string name, long? version, CancellationToken cancel) =>
        db.ReadAsync(session => FindAsync(session, actor, experimentId, name, version), cancel);

    /// <summary>Deletes one version, or the whole scorer when none is named; <c>tracking.scorer_not_found</c>.</summary>
    public async ValueTask<Result<Done>> DeleteAsync(Actor actor, string experimentId, string name, long? version, CancellationToken cancel) =>
        await db.WriteAsync<Done>(async session =>
        {
            if ((await FindAsync(session, actor, experimentId, name, version)).Failed(out var refused, out var scorer))
                return refused;
            if (version is null)
                await ScorerStore.RemoveAsync(session, actor.Workspace, scorer);
            else
                await ScorerStore.RemoveVersionAsync(session, actor.Workspace, scorer);
            await audit.AppendAsync(session, actor, Act.Scorer("scorer.delete", scorer, allVersions: version is null) with { Before = StateHash.Of(scorer) });
            return Done.Ok;
        }, cancel);

    private static async ValueTask<Result<Scorer>> FindAsync(DbSession session, Actor actor, string experimentId, string name, long? version)
    {
        if ((await ActiveAsync(session, actor, experimentId)).Failed(out var refused, out var experiment))
            return refused;
        var found = await ScorerStore.FindAsync(session, actor.Workspace, experiment, name, version);
        return found is null ? NotFound(experiment, name, version) : found;
    }

    private static async ValueTask<Result<long>> ActiveAsync(DbSession session, Actor actor, string experimentId)
    {
        if (Experiments.ParseId(experimentId) is not { } id || await ExperimentStore.FindAsync(session, actor.Workspace, id) is not { } experiment)
            return Experiments.NotFound(experimentId);
        return experiment.IsActive ? id : Experiments.NotActive(experiment);
    }

    private static Failure NotFound(long experiment, string name, long? version)
    {
        var which = version is { } number ? string.Create(CultureInfo.InvariantCulture, $" and version {number}") : "";
        return Failure.NotFound("tracking.scorer_not_found",
            string.Create(CultureInfo.InvariantCulture, $"Scorer with name '{Names.Cut(name, MaxName)}'{which} not found for experiment {experiment}."));
    }
}
