using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orrery.Contracts;

namespace Orrery.Tenancy;

/// <summary><c>/api/v1/grants</c>, <c>/api/v1/roles</c>, <c>/api/v1/shared</c> of a workspace, and <c>/api/v1/platform/grants</c>.</summary>
internal static class GrantEndpoints
{
    public static void Map(IEndpointRouteBuilder app)
    {
        Map(app.MapGroup("/api/v1/grants").WithTags("Access"), "workspace.read", "workspace.manage", "");
        Map(app.MapGroup("/api/v1/platform/grants").WithTags("Access"), "identity.read", "platform.manage", "Platform");
        var api = app.MapGroup("/api/v1").WithTags("Access");
        api.MapGet("shared", SharedAsync).RequirePermission("workspace.read").WithName("ListShared").WithSummary("What other workspaces share with this one.");
        api.MapGet("roles", RolesAsync).RequirePermission("workspace.read").WithName("ListRoles").WithSummary("Roles and permissions.");
        api.MapPut("roles/{name}", PutRoleAsync).RequirePermission("workspace.manage").WithName("PutRole").WithSummary("Makes or changes a role of the workspace's own.");
        api.MapDelete("roles/{name}", RemoveRoleAsync).RequirePermission("workspace.manage").WithName("RemoveRole").WithSummary("Removes a role that nobody holds.");
    }

    private static void Map(RouteGroupBuilder grants, string read, string manage, string infix)
    {
        var where = infix.Length == 0 ? "in the workspace of the call" : "that hold everywhere";
        grants.MapGet("", ListAsync).RequirePermission(read).WithName($"List{infix}Grants").WithSummary($"Grants {where}.");
        grants.MapPost("", GiveAsync).RequirePermission(manage).WithName($"Give{infix}Grant").WithSummary($"Gives a role, one of those {where}.");
        grants.MapDelete("{grantId}", TakeAsync).RequirePermission(manage).WithName($"Take{infix}Grant").WithSummary("Takes a role back, at once on every server.");
    }

    private static async Task<Answer<GrantPage>> ListAsync(
        HttpContext context, Grants grants, string? object_kind, string? object_id, int? limit, string? page_token, CancellationToken cancel)
    {
        if (Listings.LimitProblem(limit) is { } bad)
            return bad;
        var listed = await grants.ListAsync(context.Actor(), object_kind, object_id, limit ?? Listings.DefaultLimit, page_token, cancel);
        return listed.Then<GrantPage>(static page => new GrantPage { Grants = [.. page.Items.Select(Of)], NextPageToken = page.NextToken });
    }

    private static async Task<Answer<GrantInfo>> GiveAsync(CreateGrant asked, HttpContext context, Grants grants, CancellationToken cancel)
    {
        var order = new GrantOrder(
            string.IsNullOrEmpty(asked.SubjectKind) ? SubjectKinds.Principal : asked.SubjectKind,
            asked.Subject, asked.Role, asked.ObjectKind ?? "", asked.ObjectId ?? "", asked.ExpiresAt);
        return (await grants.GiveAsync(context.Actor(), context.Caller(), order, cancel)).Then<GrantInfo>(static grant => Of(grant));
    }

    private static async Task<Answer> TakeAsync(string grantId, HttpContext context, Grants grants, CancellationToken cancel) =>
        await grants.TakeAsync(context.Actor(), context.Caller(), grantId, cancel);

    private static async Task<Answer<SharedObjectList>> SharedAsync(HttpContext context, Grants grants, CancellationToken cancel) => new SharedObjectList
    {
        Objects = [.. (await grants.SharedWithAsync(context.Actor(), cancel)).Select(static g => new SharedObject(g.SubjectName ?? "", g.ObjectKind, g.ObjectId)
        {
            ObjectName = g.ObjectName,
        })],
    };

    private static async Task<Answer<RoleList>> RolesAsync(HttpContext context, Grants grants, CancellationToken cancel)
    {
        var own = await grants.ListRolesAsync(context.Actor(), cancel);
        return new RoleList
        {
            Roles =
            [
                .. Roles.All.Select(static role => new RoleInfo
                {
                    Name = role.Name,
                    Description = role.About,
                    BuiltIn = true,
                    Permissions = [.. PermissionCatalogue.All.Where((_, index) => role.Permissions.Has(index)).Select(static p => p.Name)],
                }),
                .. own.Select(Of),
            ],
            Permissions = [.. PermissionCatalogue.All.Select(static p => new PermissionInfo(p.Name, p.Scope.ToString().ToLowerInvariant(), p.About))],
        };
    }

    private static async Task<Answer<RoleInfo>> PutRoleAsync(string name, PutRole asked, HttpContext context, Grants grants, CancellationToken cancel)
    {
        var role = new CustomRole(name, asked.Description ?? "", [.. asked.Permissions.Distinct().Order()]);
        return (await grants.PutRoleAsync(context.Actor(), context.Caller(), role, cancel)).Then<RoleInfo>(static put => Of(put));
    }

    private static async Task<Answer> RemoveRoleAsync(string name, HttpContext context, Grants grants, CancellationToken cancel) =>
        await grants.RemoveRoleAsync(context.Actor(), name, cancel);

    private static RoleInfo Of(CustomRole role) => new() { Name = role.Name, Description = role.Description, Permissions = role.Permissions };

    private static GrantInfo Of(Grant grant) => new()
    {
        GrantId = grant.Id,
        SubjectKind = grant.SubjectKind,
        Subject = grant.SubjectName ?? grant.SubjectId,
        Role = grant.Role,
        ObjectKind = grant.ObjectKind.Length == 0 ? null : grant.ObjectKind,
        ObjectId = grant.ObjectId.Length == 0 ? null : grant.ObjectId,
        ObjectName = grant.ObjectName,
        GrantedBy = grant.GrantedBy,
        GrantedAt = DateTimeOffset.FromUnixTimeMilliseconds(grant.GrantedAt),
        ExpiresAt = grant.ExpiresAt is { } end ? DateTimeOffset.FromUnixTimeMilliseconds(end) : null,
    };
}
