using System.CommandLine;

namespace Orrery.Cli;

/// <summary><c>mlops service-accounts</c>.</summary>
internal static class ServiceAccountsCommand
{
    private const string DefaultWorkspace = "default";
    private static readonly PrincipalVerbs Verbs = new("service account", "service-accounts list", "s");

    public static Command Create() => new("service-accounts", "Accounts of programs, which sign in with tokens.")
    {
        New(),
        PrincipalVerbs.List(
            "list", "List service accounts, by name.", static (session, limit, token) => session.Client.Identity.ListServiceAccountsAsync(limit, token, session.Cancel)),
        Verbs.State(
            "disable", "disabled", "Keep a service account out, and its tokens.", static (api, id, state, cancel) => api.SetServiceAccountStateAsync(id, state, cancel)),
        Verbs.State(
            "enable", "active", "Let a disabled service account in again.", static (api, id, state, cancel) => api.SetServiceAccountStateAsync(id, state, cancel)),
        Verbs.Delete("Delete a service account with its grants and tokens.", static (api, id, cancel) => api.DeleteServiceAccountAsync(id, cancel)),
    };

    private static Command New()
    {
        var name = Verb.Argument("name", "Of the service account");
        var display = Verb.Text("--display-name", "Its name, for people to read", "text");
        return new Command("create", "Make a service account of the workspace (--workspace). It has no role until one is granted.") { name, display }.Does(async session =>
        {
            var account = await session.Client.Identity.CreateServiceAccountAsync(
                new()
                {
                    Name = session.Args.GetRequiredValue(name),
                    DisplayName = session.Args.GetValue(display),
                    Workspace = session.Client.Options.Workspace ?? DefaultWorkspace,
                },
                session.Cancel);
            session.Output.Line(account, $"Made {account.Name} ({account.PrincipalId}) of the workspace {account.Workspace}.");
        });
    }
}
