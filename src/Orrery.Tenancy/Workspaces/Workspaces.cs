using System.Collections.Concurrent;
using Orrery.Kernel;

namespace Orrery.Tenancy;

/// <summary>Workspaces by name. Numbers never change, so what was found once is remembered.</summary>
public sealed class Workspaces
{
    private readonly ConcurrentDictionary<string, WorkspaceId> _known = new(StringComparer.Ordinal);
    private readonly WorkspaceStore _store;

    internal Workspaces(WorkspaceStore store) => _store = store;

    /// <summary>The number of a workspace. A name used for the first time makes it: until identity is configured, the server is one person's.</summary>
    /// <returns>A failure <c>tenancy.invalid_workspace</c> when the name cannot be one.</returns>
    public ValueTask<Result<WorkspaceId>> ResolveAsync(string name, CancellationToken cancel)
    {
        if (_known.TryGetValue(name, out var id))
            return new(id);
        return WorkspaceName.IsValid(name)
            ? EnsureAsync(name, cancel)
            : new(Failure.Invalid(
                "tenancy.invalid_workspace",
                $"'{(name.Length > 80 ? name[..80] + "..." : name)}' cannot be a workspace: 1 to 63 lower-case letters, digits and inner dashes."));
    }

    /// <summary>All workspaces, by number.</summary>
    public ValueTask<List<(WorkspaceId Id, string Name)>> ListAsync(CancellationToken cancel) => _store.ListAsync(cancel);

    private async ValueTask<Result<WorkspaceId>> EnsureAsync(string name, CancellationToken cancel)
    {
        var id = await _store.EnsureAsync(name, cancel);
        _known[name] = id;
        return id;
    }
}
