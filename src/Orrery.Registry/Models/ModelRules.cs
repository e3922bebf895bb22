using Orrery.Kernel;
using Orrery.Storage;
using Orrery.Tenancy;
using Orrery.Tracking;

namespace Orrery.Registry;

/// <summary>Which registered model a call acts on, for callers who have a right to some models only.</summary>
internal sealed class ModelRules(RegisteredModels models) : IGrantableObjects
{
    public const string Kind = "model";

    /// <summary>Searches, which leave out what is outside the limits.</summary>
    public static readonly ObjectRule Search = new(Kind, Find: null);

    /// <summary>Named by <c>name</c>.</summary>
    public ObjectRule ByName => new(Kind, async call =>
    {
        var name = call.Fields.Required("name");
        var found = await models.GetAsync(call.Actor, name, call.Cancel);
        return new ObjectNamed(found.Succeeded ? found.Value.Id : null, RegisteredModels.NotFound(name));
    });

    string IGrantableObjects.Kind => Kind;

    async ValueTask<string?> IGrantableObjects.FindAsync(DbSession session, WorkspaceId workspace, string idOrName) =>
        (await ModelStore.FindAsync(session, workspace, idOrName))?.Id;

    ValueTask<IReadOnlyDictionary<(WorkspaceId Workspace, string Id), string>> IGrantableObjects.NamesAsync(
        DbSession session, IReadOnlyCollection<(WorkspaceId Workspace, string Id)> objects) => ModelStore.NamesAsync(session, objects);

    /// <summary>True for a model within the actor's limits.</summary>
    public static bool Allows(Actor actor, string modelId) => actor.Limits is not { } limits || limits.Ids.Contains(modelId);
}
