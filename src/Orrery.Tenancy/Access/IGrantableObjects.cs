using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Tenancy;

/// <summary>Answered by modules above: the objects of a kind that grants may be given on.</summary>
public interface IGrantableObjects
{
    /// <summary>The kind: <c>experiment</c>, <c>model</c>.</summary>
    string Kind { get; }

    /// <summary>The id of an object that exists, given its id or its name; null for none.</summary>
    ValueTask<string?> FindAsync(DbSession session, WorkspaceId workspace, string idOrName);

    /// <summary>What objects are called, by workspace and id; those that are gone are left out.</summary>
    ValueTask<IReadOnlyDictionary<(WorkspaceId Workspace, string Id), string>> NamesAsync(
        DbSession session, IReadOnlyCollection<(WorkspaceId Workspace, string Id)> objects);
}
