using System.CommandLine;
using Orrery.Client;

namespace Orrery.Cli;

/// <summary><c>mlops groups</c>.</summary>
internal static class GroupsCommand
{
    private static readonly PrincipalVerbs Verbs = new("group", "groups list", "g");

    public static Command Create() => new("groups", "Groups of people and service accounts, which roles may be granted to.")
    {
        New(),
        PrincipalVerbs.List("list", "List groups, by name.", static (session, limit, token) => session.Client.Identity.ListGroupsAsync(limit, token, session.Cancel)),
        Members(),
        Map(),
        Change("add", "Put a person or a service account into a group.", "is in", static (api, group, member, cancel) => api.AddMemberAsync(group, member, cancel)),
        Change(
            "remove", "Take a person or a service account out of a group.", "is no longer in", static (api, group, member, cancel) => api.RemoveMemberAsync(group, member, cancel)),
        Verbs.State("disable", "disabled", "Take its roles from the members of a group.", static (api, id, state, cancel) => api.SetGroupStateAsync(id, state, cancel)),
        Verbs.State("enable", "active", "Give them back.", static (api, id, state, cancel) => api.SetGroupStateAsync(id, state, cancel)),
        Verbs.Delete("Delete a group with its grants; its members stay.", static (api, id, cancel) => api.DeleteGroupAsync(id, cancel)),
    };

    private static Command New()
    {
        var name = Verb.Argument("name", "Of the group");
        var display = Verb.Text("--display-name", "Its name, for people to read", "text");
        var external = ExternalName();
        return new Command("create", "Make a group.") { name, display, external }.Does(async session =>
        {
            var group = await session.Client.Identity.CreateGroupAsync(
                new() { Name = session.Args.GetRequiredValue(name), DisplayName = session.Args.GetValue(display), ExternalName = session.Args.GetValue(external) },
                session.Cancel);
            session.Output.Line(group, $"Made {group.Name} ({group.PrincipalId}).");
        });
    }

    private static Option<string?> ExternalName() =>
        Verb.Text("--external-name", "Value of the identity provider's groups claim that puts people into the group", "text");

    private static Command Map()
    {
        var id = Verbs.One();
        var external = ExternalName();
        return new Command("map", "Say which of the identity provider's groups puts people into a group; without a name none does.") { id, external }.Does(async session =>
        {
            var group = await session.Client.Identity.SetGroupExternalNameAsync(
                await Verbs.IdAsync(session, id), new() { ExternalName = session.Args.GetValue(external) }, session.Cancel);
            session.Output.Line(group, group.ExternalName is { } name ? $"{group.Name} has the people of {name}." : $"{group.Name} has nobody of the identity provider.");
        });
    }

    private static Command Members()
    {
        var group = Verbs.One();
        return PrincipalVerbs.List(
            "members",
            "List the members of a group, by name.",
            async (session, limit, token) => await session.Client.Identity.ListMembersAsync(await Verbs.IdAsync(session, group), limit, token, session.Cancel),
            group);
    }

    private static Command Change(string verb, string description, string done, Func<IdentityApi, string, string, CancellationToken, Task> change)
    {
        var group = Verbs.One();
        var members = Verb.Arguments("member", "Name or id of a person or a service account, as people list and service-accounts list show it");
        return new Command(verb, description) { group, members }.Does(async session =>
        {
            var of = await Verbs.IdAsync(session, group);
            foreach (var member in session.Args.GetRequiredValue(members))
            {
                await change(session.Client.Identity, of, await PrincipalVerbs.IdAsync(session, "psg", member), session.Cancel);
                session.Output.Done(member, verb, $"{member} {done} the group {session.Args.GetRequiredValue(group)}.");
            }
        });
    }
}
