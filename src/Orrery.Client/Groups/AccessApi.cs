using Orrery.Contracts;

namespace Orrery.Client;

/// <summary>Calls on workspaces, roles and grants. Native: an MLflow server answers 404.</summary>
public sealed class AccessApi
{
    private readonly Wire _wire;

    internal AccessApi(Wire wire) => _wire = wire;

    /// <summary>One page of the workspaces one has a role in, by name; of all of them for who may see every workspace.</summary>
    public Task<WorkspacePage> ListWorkspacesPageAsync(int? limit, string? pageToken, CancellationToken cancel = default) =>
        _wire.GetNativeAsync<WorkspacePage>(new Query("workspaces").With("limit", limit).With("page_token", pageToken), cancel);

    /// <summary>Makes a workspace. 409 <c>tenancy.workspace_exists</c>.</summary>
    public Task<WorkspaceInfo> CreateWorkspaceAsync(CreateWorkspace wanted, CancellationToken cancel = default) =>
        _wire.NativeAsync<CreateWorkspace, WorkspaceInfo>("workspaces", wanted, Repeat.IfNotActed, cancel);

    /// <summary>The client's workspace.</summary>
    public Task<WorkspaceInfo> GetWorkspaceAsync(CancellationToken cancel = default) => _wire.GetNativeAsync<WorkspaceInfo>("workspace", cancel);

    /// <summary>Changes the client's workspace. 409 <c>tenancy.workspace_changed</c> when it was changed since the version named.</summary>
    public Task<WorkspaceInfo> UpdateWorkspaceAsync(UpdateWorkspace change, CancellationToken cancel = default) =>
        _wire.NativeAsync<UpdateWorkspace, WorkspaceInfo>("workspace", change, Repeat.IfNotActed, cancel, HttpMethod.Patch);

    /// <summary>One page of the grants in the client's workspace.</summary>
    /// <param name="objectId">Only those on this object; null for all.</param>
    /// <param name="limit">1 to 1000.</param>
    /// <param name="pageToken">Of the page before.</param>
    /// <param name="everywhere">Those that hold everywhere instead.</param>
    /// <param name="cancel">Abandons it.</param>
    public Task<GrantPage> ListGrantsPageAsync(
        string? objectId, int? limit, string? pageToken, bool everywhere = false, CancellationToken cancel = default) =>
        _wire.GetNativeAsync<GrantPage>(
            new Query(Grants(everywhere)).With("object_id", objectId).With("limit", limit).With("page_token", pageToken), cancel);

    /// <summary>Gives a role in the client's workspace, or everywhere. Giving it again changes its end.</summary>
    public Task<GrantInfo> GrantAsync(CreateGrant wanted, bool everywhere = false, CancellationToken cancel = default) =>
        _wire.NativeAsync<CreateGrant, GrantInfo>(Grants(everywhere), wanted, Repeat.Always, cancel);

    /// <summary>Takes a role back, at once on every server.</summary>
    public Task RevokeAsync(string grantId, bool everywhere = false, CancellationToken cancel = default) =>
        _wire.DeleteNativeAsync($"{Grants(everywhere)}/{Uri.EscapeDataString(grantId)}", cancel);

    /// <summary>Roles of the client's workspace and every permission there is.</summary>
    public Task<RoleList> ListRolesAsync(CancellationToken cancel = default) => _wire.GetNativeAsync<RoleList>("roles", cancel);

    /// <summary>Makes or changes a role of the workspace's own.</summary>
    public Task<RoleInfo> PutRoleAsync(string name, PutRole role, CancellationToken cancel = default) =>
        _wire.NativeAsync<PutRole, RoleInfo>($"roles/{Uri.EscapeDataString(name)}", role, Repeat.Always, cancel, HttpMethod.Put);

    /// <summary>Removes a role that nobody holds.</summary>
    public Task RemoveRoleAsync(string name, CancellationToken cancel = default) =>
        _wire.DeleteNativeAsync($"roles/{Uri.EscapeDataString(name)}", cancel);

    /// <summary>What other workspaces share with the client's.</summary>
    public Task<SharedObjectList> ListSharedAsync(CancellationToken cancel = default) => _wire.GetNativeAsync<SharedObjectList>("shared", cancel);

    private static string Grants(bool everywhere) => everywhere ? "platform/grants" : "grants";
}
