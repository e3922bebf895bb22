using System.CommandLine;

namespace Orrery.Cli;

/// <summary><c>mlops profile set</c>.</summary>
internal static class ProfileSet
{
    public static Command Create()
    {
        var one = Verb.Argument("profile", "Name of the profile, new or not");
        var command = new Command("set", "Make a profile or change it: what --server and --workspace say. An empty --workspace takes it out. 'mlops login' gives it a token.") { one };
        return command.Example("mlops profile set production --server https://orrery.example.com --workspace fraud").Does(async session =>
        {
            var name = Connection.Checked(session.Args.GetRequiredValue(one));
            var server = GlobalOptions.ServerOf(session.Args) is { } text ? GlobalOptions.Address(text, "--server").ToString().TrimEnd('/') : null;
            var workspace = GlobalOptions.WorkspaceOf(session.Args);
            if (server is null && workspace is null)
                throw new UsageException("Say what the profile shall have: --server URL, --workspace NAME, or both.");
            var shown = new ShownProfile(name, false, null, null, false, null, null, null);
            await ProfileCommand.File(session).ChangeAsync(
                document =>
                {
                    var before = document.Profiles.GetValueOrDefault(name) ?? new Profile();
                    // A token is its server's: another server's profile begins without.
                    var kept = server is null || server == before.Server ? before : before.WithoutToken();
                    var profile = kept with { Server = server ?? before.Server, Workspace = workspace is null ? before.Workspace : workspace is "" ? null : workspace };
                    var changed = ProfileCommand.With(document, name, profile);
                    shown = ShownProfile.Of(name, profile, changed.Current);
                    return changed;
                },
                session.Host.Time,
                session.Cancel);
            ProfileCommand.Show(session, shown);
        });
    }
}
