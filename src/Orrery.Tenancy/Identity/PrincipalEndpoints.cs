using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orrery.Contracts;
using Orrery.Kernel;

namespace Orrery.Tenancy;

/// <summary><c>/api/v1/people</c>, <c>/groups</c>, <c>/service-accounts</c>.</summary>
internal static class PrincipalEndpoints
{
    private const string See = "identity.read";
    private const string Manage = "identity.manage";

    public static void Map(IEndpointRouteBuilder app)
    {
        var people = MapKind(app, "people", "person", "Person", "People");
        people.MapPost("", CreatePersonAsync).RequirePermission(Manage).WithName("CreatePerson").WithSummary("Makes a person.");
        people.MapPut("{id}/password", SetPasswordAsync).RequirePermission(Manage).WithName("SetPersonPassword")
            .WithSummary("Gives a person another password, and ends their sessions and, unless they are to be kept, their tokens.");

        var groups = MapKind(app, "groups", "group", "Group", "Groups");
        groups.MapPost("", CreateGroupAsync).RequirePermission(Manage).WithName("CreateGroup").WithSummary("Makes a group.");
        groups.MapGet("{id}/members", MembersAsync).RequirePermission(See).WithName("ListGroupMembers").WithSummary("Members of a group, by name.");
        groups.MapPut("{id}/members/{memberId}", AddMemberAsync).RequirePermission(Manage).WithName("AddGroupMember")
            .WithSummary("Puts a person or a service account into a group.");
        groups.MapDelete("{id}/members/{memberId}", RemoveMemberAsync).RequirePermission(Manage).WithName("RemoveGroupMember")
            .WithSummary("Takes a person or a service account out of a group.");
        groups.MapPut("{id}/external-name", SetExternalNameAsync).RequirePermission(Manage).WithName("SetGroupExternalName")
            .WithSummary("Says which value of the identity provider's groups claim puts people into a group; null for none.");

        var services = MapKind(app, "service-accounts", "service", "ServiceAccount", "ServiceAccounts");
        services.MapPost("", CreateServiceAsync).RequirePermission(Manage).WithName("CreateServiceAccount").WithSummary("Makes a service account of a workspace.");
    }

    private static RouteGroupBuilder MapKind(IEndpointRouteBuilder app, string path, string kind, string one, string many)
    {
        var group = app.MapGroup("/api/v1/" + path).WithTags("Identity");
        var noun = path.Replace('-', ' ');
        group.MapGet("", (HttpContext _, Principals principals, string? name, string? q, int? limit, string? page_token, CancellationToken cancel) =>
            AnswerAsync(string.IsNullOrEmpty(name) ? principals.ListAsync(kind, q, limit ?? Listings.DefaultLimit, page_token, cancel) : principals.ListNamedAsync(kind, name, cancel)))
            .RequirePermission(See).WithName("List" + many).WithSummary($"All {noun}, by name, or those with a text in their names or address; or the one of a name.");
        group.MapGet("{id}", (string id, Principals principals, CancellationToken cancel) => AnswerAsync(principals.FindAsync(kind, id, cancel)))
            .RequirePermission(See).WithName("Get" + one).WithSummary($"One of the {noun}.");
        group.MapPut("{id}/state", (string id, PrincipalState body, HttpContext context, Principals principals, PlatformHolders holders, CancellationToken cancel) =>
            SetStateAsync(kind, id, body.State, context, principals, holders, cancel))
            .RequirePermission(Manage).WithName($"Set{one}State").WithSummary($"Disables one of the {noun}, or enables it again. Takes effect on every server within a second.");
        group.MapDelete("{id}", async (string id, HttpContext context, Principals principals, CancellationToken cancel) =>
            (Answer)await principals.DeleteAsync(context.Actor(), kind, id, cancel))
            .RequirePermission(Manage).WithName("Delete" + one).WithSummary($"Deletes one of the {noun} with its grants and tokens.");
        return group;
    }

    private static async Task<Answer<Principal>> SetStateAsync(
        string kind, string id, string state, HttpContext context, Principals principals, PlatformHolders holders, CancellationToken cancel) =>
        state is "active" && await holders.RefuseAsync(context, id, cancel) is { } refusal
            ? refusal
            : await principals.SetStateAsync(context.Actor(), kind, id, state, cancel);

    private static async Task<Answer<T>> AnswerAsync<T>(ValueTask<Result<T>> result)
        where T : class => await result;

    private static async Task<Answer<Principal>> CreatePersonAsync(NewPerson body, HttpContext context, Principals principals, CancellationToken cancel) =>
        await principals.CreatePersonAsync(context.Actor(), body, cancel);

    private static async Task<Answer<Principal>> CreateGroupAsync(NewGroup body, HttpContext context, Principals principals, CancellationToken cancel) =>
        await principals.CreateGroupAsync(context.Actor(), body, cancel);

    // The workspace 'default' is made when it is first used, by this too.
    private static async Task<Answer<Principal>> CreateServiceAsync(
        NewServiceAccount body, HttpContext context, Principals principals, Workspaces workspaces, CancellationToken cancel) =>
        body.Workspace is WorkspaceName.Default && (await workspaces.FindForAsync(context.Caller(), body.Workspace, cancel)).Failure is { } failure
            ? failure
            : await principals.CreateServiceAsync(context.Actor(), body, cancel);

    private static async Task<Answer<PrincipalPage>> MembersAsync(string id, Principals principals, int? limit, string? page_token, CancellationToken cancel) =>
        await principals.MembersAsync(id, limit ?? Listings.DefaultLimit, page_token, cancel);

    private static async Task<Answer<Principal>> SetExternalNameAsync(
        string id, GroupExternalName body, HttpContext context, Principals principals, PlatformHolders holders, CancellationToken cancel) =>
        await holders.RefuseAsync(context, id, cancel) is { } refusal ? refusal : await principals.SetExternalNameAsync(context.Actor(), id, body.ExternalName, cancel);

    private static async Task<Answer> SetPasswordAsync(
        string id, NewPassword body, HttpContext context, Principals principals, PlatformHolders holders, CancellationToken cancel)
    {
        if (await holders.RefuseAsync(context, id, cancel) is { } refusal)
            return (Result<Done>)refusal;
        var person = await principals.FindAsync("person", id, cancel);
        return person.Failed(out var missing, out var one)
            ? (Result<Done>)missing
            : await principals.SetPasswordAsync(context.Actor(), one, body.Password, body.KeepTokens ?? false, cancel);
    }

    private static async Task<Answer> AddMemberAsync(
        string id, string memberId, HttpContext context, Principals principals, PlatformHolders holders, CancellationToken cancel) =>
        await holders.RefuseAsync(context, id, cancel) is { } refusal ? (Result<Done>)refusal : await principals.AddMemberAsync(context.Actor(), id, memberId, cancel);

    private static async Task<Answer> RemoveMemberAsync(string id, string memberId, HttpContext context, Principals principals, CancellationToken cancel) =>
        await principals.RemoveMemberAsync(context.Actor(), id, memberId, cancel);
}
