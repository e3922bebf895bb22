using System.Collections.Concurrent;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Features;

/// <summary>
/// The projects that requests read, compiled, in memory. A lookup takes no lock, allocates nothing and does not touch the database but the
/// first time; what other servers apply is seen within about a second (<see cref="ProjectWatch"/>).
/// </summary>
internal sealed class Projects(Db db)
{
    private readonly ConcurrentDictionary<(WorkspaceId Workspace, string Name), Held> _held = new();

    /// <summary>A project as it stands.</summary>
    /// <param name="actor">Who asks, and in which workspace.</param>
    /// <param name="project">Its name.</param>
    /// <param name="cancel">Stops waiting.</param>
    /// <returns>The project, or <c>features.project_not_found</c>; completes at once for one that is in memory.</returns>
    public ValueTask<Result<FeatureProject>> FindAsync(Actor actor, string project, CancellationToken cancel) =>
        _held.TryGetValue((actor.Workspace, project), out var held) && held.Project.WorkspaceName == actor.WorkspaceName
            ? new(held.Result)
            : LoadAsync(actor.Workspace, actor.WorkspaceName, project, cancel);

    /// <summary>A project that is in memory, whatever its workspace is called by now; null for one that is not.</summary>
    public FeatureProject? InMemory(WorkspaceId workspace, string project) => _held.TryGetValue((workspace, project), out var held) ? held.Project : null;

    /// <summary>Loads a project anew, after this server changed it.</summary>
    public async ValueTask RefreshAsync(Actor actor, string project, CancellationToken cancel)
    {
        if ((await LoadAsync(actor.Workspace, actor.WorkspaceName, project, cancel)).Failure is not null)
            _held.TryRemove((actor.Workspace, project), out _);
    }

    /// <summary>Loads anew what has changed in the database, and forgets what is gone.</summary>
    public async ValueTask LookAsync(CancellationToken cancel)
    {
        var held = _held.ToArray();
        if (held.Length == 0)
            return;
        var workspaces = held.Select(static one => one.Key.Workspace.Value).ToHashSet();
        var stamps = (await db.ReadAsync(session => ProjectStore.ListStampsAsync(session, workspaces), cancel)).ToDictionary(static one => (one.Workspace, one.Name));
        foreach (var (key, one) in held)
        {
            if (!stamps.TryGetValue(key, out var stamp))
                _held.TryRemove(new(key, one));
            else if (stamp != one.Stamp && (await LoadAsync(key.Workspace, one.Project.WorkspaceName, key.Name, cancel)).Failure is not null)
                _held.TryRemove(new(key, one));
        }
    }

    internal static Failure NotFound(string project) =>
        Failure.NotFound("features.project_not_found", $"Feature project '{DefinitionNames.Clip(project)}' does not exist.");

    private async ValueTask<Result<FeatureProject>> LoadAsync(WorkspaceId workspace, string workspaceName, string name, CancellationToken cancel)
    {
        if (DefinitionNames.Problem(name) is not null)
            return NotFound(name);
        var (row, versions) = await db.SnapshotAsync(
            async session => await ProjectStore.FindAsync(session, workspace, name) is { } found
                ? (found, await DefinitionStore.ListAsync(session, workspace, name))
                : ((ProjectRow?)null, []), cancel);
        if (row is null)
            return NotFound(name);
        if (ProjectCompiler.Compile(workspace, workspaceName, name, row.Revision, new DefinitionSet(versions), new CompileFaults()).Failed(out var failure, out var project))
            return failure;
        var loaded = new Held(project, new(workspace, name, row.Revision, row.CreatedAt));
        return _held.AddOrUpdate(
            (workspace, name),
            static (_, next) => next,
            static (_, old, next) => old.Stamp.CreatedAt == next.Stamp.CreatedAt && old.Stamp.Revision > next.Stamp.Revision ? old : next,
            loaded).Result;
    }

    private sealed class Held(FeatureProject project, ProjectStamp stamp)
    {
        public FeatureProject Project => project;

        public ProjectStamp Stamp => stamp;

        public Result<FeatureProject> Result { get; } = project;
    }
}
