namespace Orrery.Kernel;

/// <summary>The number of a workspace: the first part of every key in the database.</summary>
/// <param name="Value">Positive; 1 is the workspace named <c>default</c>.</param>
public readonly record struct WorkspaceId(long Value)
{
    /// <summary>The workspace of calls that name none.</summary>
    public static readonly WorkspaceId Default = new(1);

    /// <inheritdoc/>
    public override string ToString() => Value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}

/// <summary>Who acts, and in which workspace. Passed to every operation; never ambient.</summary>
/// <param name="Workspace">The workspace acted in.</param>
/// <param name="WorkspaceName">Its name, as in <c>/w/{workspace}</c>.</param>
/// <param name="Name">The principal's name, as it appears in records: <c>local-admin</c> on a loopback server.</param>
public sealed record Actor(WorkspaceId Workspace, string WorkspaceName, string Name)
{
    /// <summary>The platform itself, acting in a workspace: background jobs and event handlers.</summary>
    public static Actor System(WorkspaceId workspace, string workspaceName) => new(workspace, workspaceName, "system");
}
