using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orrery.Contracts;
using Orrery.Kernel;

namespace Orrery.Tenancy;

/// <summary><c>/api/v1/workspaces</c>.</summary>
internal static class WorkspaceEndpoints
{
    public static void Map(IEndpointRouteBuilder app)
    {
        var all = app.MapGroup("/api/v1/workspaces").WithTags("Workspaces");
        all.MapGet("", ListAsync).RequirePermission("identity.self").WithName("ListWorkspaces")
            .WithSummary("The workspaces one has a role in, by name; all of them for who may see every workspace.");
        all.MapPost("", CreateAsync).RequirePermission("platform.manage").WithName("CreateWorkspace").WithSummary("Makes a workspace.");
        var one = app.MapGroup("/api/v1/workspace").WithTags("Workspaces");
        one.MapGet("", GetAsync).RequirePermission("workspace.read").WithName("GetWorkspace").WithSummary("The workspace of the call.");
        one.MapPatch("", UpdateAsync).RequirePermission("workspace.manage").WithName("UpdateWorkspace")
            .WithSummary("Changes what the workspace of the call says of itself, and whether it asks for a second factor.");
    }

    private static async Task<Answer<WorkspacePage>> ListAsync(
        HttpContext context, Workspaces workspaces, AccessControl access, int? limit, string? page_token, CancellationToken cancel)
    {
        if (Listings.LimitProblem(limit) is { } bad)
            return bad;
        if (Listings.After(page_token, "tenancy.invalid_token").Failed(out var notOurs, out var after))
            return notOurs;
        var caller = context.Caller();
        var every = caller.IsLocalAdmin
            || AccessControl.Check(caller, await access.RightsAsync(caller, 0, cancel), 0, PermissionCatalogue.Find("platform.read")!, objectKind: null).Allowed;
        var page = await workspaces.ListAsync(
            every ? null : [caller.PrincipalId, .. caller.Groups], caller.Token?.Workspace, after, limit ?? Listings.DefaultLimit, cancel);
        return new WorkspacePage
        {
            Workspaces = [.. page.Items.Select(Of)],
            NextPageToken = page.NextToken,
        };
    }

    private static async Task<Answer<WorkspaceInfo>> CreateAsync(CreateWorkspace asked, HttpContext context, Workspaces workspaces, CancellationToken cancel)
    {
        var wanted = new Workspace
        {
            Id = default,
            Name = asked.Name,
            DisplayName = asked.DisplayName ?? "",
            Description = asked.Description ?? "",
            CostCentre = asked.CostCentre ?? "",
            Contact = asked.Contact ?? "",
        };
        return Check(wanted) is { } wrong ? wrong : (await workspaces.CreateAsync(context.Actor(), wanted, cancel)).Then<WorkspaceInfo>(static made => Of(made));
    }

    private static async Task<Answer<WorkspaceInfo>> GetAsync(HttpContext context, Workspaces workspaces, CancellationToken cancel) =>
        (await workspaces.GetAsync(context.Actor().WorkspaceName, cancel)).Then<WorkspaceInfo>(static found => Of(found));

    private static async Task<Answer<WorkspaceInfo>> UpdateAsync(UpdateWorkspace asked, HttpContext context, Workspaces workspaces, CancellationToken cancel)
    {
        if ((await workspaces.GetAsync(context.Actor().WorkspaceName, cancel)).Failed(out var missing, out var found))
            return missing;
        var changed = found with
        {
            Version = asked.Version ?? found.Version,
            DisplayName = asked.DisplayName ?? found.DisplayName,
            Description = asked.Description ?? found.Description,
            CostCentre = asked.CostCentre ?? found.CostCentre,
            Contact = asked.Contact ?? found.Contact,
            NeedsSecondFactor = asked.NeedsSecondFactor ?? found.NeedsSecondFactor,
        };
        return Check(changed) is { } wrong ? wrong : (await workspaces.UpdateAsync(context.Actor(), changed, cancel)).Then<WorkspaceInfo>(static made => Of(made));
    }

    private static Failure? Check(Workspace workspace)
    {
        foreach (var (field, text, most) in new[]
        {
            ("display_name", workspace.DisplayName, 200),
            ("description", workspace.Description, 4000),
            ("cost_centre", workspace.CostCentre, 200),
            ("contact", workspace.Contact, 200),
        })
        {
            if (text.Length > most)
                return Failure.Invalid("tenancy.too_long", $"{field} has {text.Length} characters; {most} are allowed.");
        }

        return null;
    }

    private static WorkspaceInfo Of(Workspace workspace) => new()
    {
        Name = workspace.Name,
        DisplayName = NullIfEmpty(workspace.DisplayName),
        Description = NullIfEmpty(workspace.Description),
        CostCentre = NullIfEmpty(workspace.CostCentre),
        Contact = NullIfEmpty(workspace.Contact),
        NeedsSecondFactor = workspace.NeedsSecondFactor,
        CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(workspace.CreatedAt),
        Version = workspace.Version,
    };

    private static string? NullIfEmpty(string text) => text.Length == 0 ? null : text;
}
