namespace Orrery.Kernel;

/// <summary>The number of a workspace: the first part of every key in the database.</summary>
/// <param name="Value">Positive; 1 is the workspace named <c>default</c>. 0 stands for the platform as a whole.</param>
public readonly record struct WorkspaceId(long Value)
{
    /// <summary>The platform as a whole: what belongs to no workspace, as people and their sign-ins.</summary>
    public static readonly WorkspaceId Platform = new(0);

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
    /// <summary>By which road the act came; the audit trail keeps it.</summary>
    public Origin Origin { get; init; } = Origin.Platform;

    /// <summary>Null for one who may act on the whole workspace; else the objects that the permission at hand was granted on.</summary>
    public ObjectLimits? Limits { get; init; }

    /// <summary>The platform itself, acting in a workspace: background jobs and event handlers.</summary>
    public static Actor System(WorkspaceId workspace, string workspaceName) => new(workspace, workspaceName, "system");
}

/// <summary>By which road an act came in.</summary>
public sealed record Origin
{
    /// <summary>The platform's own work, nobody's request.</summary>
    public static readonly Origin Platform = new();

    /// <summary>Work that outlived the request it was asked for in; without a principal, the platform's own.</summary>
    public static Origin Job(string? principalId) => principalId is null ? Platform : new() { PrincipalId = principalId, Method = "job" };

    /// <summary>Id of the principal; null for the platform itself.</summary>
    public string? PrincipalId { get; init; }

    /// <summary>How the principal proved who they are: <c>none</c> (loopback server without identity), <c>password</c>, <c>token</c>, <c>session</c>, <c>job</c> (work they asked for), <c>system</c>.</summary>
    public string Method { get; init; } = "system";

    /// <summary>Public id of the token; null without one.</summary>
    public string? TokenId { get; init; }

    /// <summary>Network address the request came from; null for work of the platform's own.</summary>
    public string? Address { get; init; }

    /// <summary>The request's id; null for work of the platform's own.</summary>
    public string? RequestId { get; init; }
}

/// <summary>The objects an actor may act on who has no right to the whole workspace.</summary>
/// <param name="Kind">Of <c>experiment</c>, <c>model</c>, <c>feature-view</c>.</param>
/// <param name="Ids">Experiment ids, model ids, feature view ids.</param>
public sealed record ObjectLimits(string Kind, IReadOnlySet<string> Ids);
