using System.Globalization;
using Orrery.Kernel;
using Orrery.Storage;
using Orrery.Tenancy;

namespace Orrery.Tracking;

/// <summary>Which experiment a call acts on, for callers who have a right to some experiments only.</summary>
internal sealed class ExperimentRules(Experiments experiments, Runs runs) : IGrantableObjects
{
    public const string Kind = "experiment";

    /// <summary>Searches, which leave out what is outside the limits.</summary>
    public static readonly ObjectRule Search = new(Kind, Find: null);

    /// <summary>Named by <c>experiment_id</c>.</summary>
    public static readonly ObjectRule ById = new(Kind, static call =>
    {
        var id = call.Fields.Has("experiment_id") ? call.Fields.RequiredId("experiment_id") : "0";
        return new(new ObjectNamed(Canonical(id), Experiments.NotFound(id)));
    });

    /// <summary>Named by <c>experiment_name</c>.</summary>
    public ObjectRule ByName => new(Kind, async call =>
    {
        var found = await experiments.GetByNameAsync(call.Actor, call.Fields.Required("experiment_name"), call.Cancel);
        return found.Failed(out var missing, out var experiment)
            ? new ObjectNamed(null, missing)
            : new ObjectNamed(Text(experiment.Id), Experiments.NoName(experiment.Name));
    });

    /// <summary>That of the run that <c>run_id</c> or <c>run_uuid</c> names.</summary>
    public ObjectRule ByRun => new(Kind, async call =>
    {
        var id = call.Fields.RunId();
        var found = await runs.FindAsync(call.Actor, id, call.Cancel);
        return new ObjectNamed(found.Succeeded ? Text(found.Value.ExperimentId) : null, RunFailures.NotFound(id));
    });

    string IGrantableObjects.Kind => Kind;

    async ValueTask<string?> IGrantableObjects.FindAsync(DbSession session, WorkspaceId workspace, string idOrName)
    {
        var found = Experiments.ParseId(idOrName) is { } number ? await ExperimentStore.FindAsync(session, workspace, number) : null;
        found ??= await ExperimentStore.FindAsync(session, workspace, idOrName);
        return found is null ? null : Text(found.Id);
    }

    ValueTask<IReadOnlyDictionary<(WorkspaceId Workspace, string Id), string>> IGrantableObjects.NamesAsync(
        DbSession session, IReadOnlyCollection<(WorkspaceId Workspace, string Id)> objects) =>
        ExperimentStore.NamesAsync(session, [.. objects.Select(static o => (o.Workspace, long.Parse(o.Id, CultureInfo.InvariantCulture)))]);

    /// <summary>True when a path of the artifact store lies below an experiment within the limits.</summary>
    public static bool Allows(Actor actor, ArtifactPath path)
    {
        if (actor.Limits is not { } limits)
            return true;
        var slash = path.Full.IndexOf('/', StringComparison.Ordinal);
        return slash > 0 && limits.Ids.Contains(path.Full[..slash]);
    }

    /// <summary>True for an experiment within the limits.</summary>
    public static bool Allows(Actor actor, long experiment) => actor.Limits is not { } limits || limits.Ids.Contains(Text(experiment));

    private static string? Canonical(string id) => Experiments.ParseId(id) is { } number ? Text(number) : null;

    private static string Text(long id) => id.ToString(CultureInfo.InvariantCulture);
}
