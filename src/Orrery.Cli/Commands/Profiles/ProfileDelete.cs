using System.CommandLine;

namespace Orrery.Cli;

/// <summary><c>mlops profile delete</c>.</summary>
internal static class ProfileDelete
{
    public static Command Create()
    {
        var one = ProfileCommand.One();
        var yes = Confirmation.Option();
        return new Command("delete", "Forget a profile. Its token goes on to be good; 'mlops logout' ends it first.") { one, yes }.Example("mlops profile delete old-server --yes").Does(async session =>
        {
            var name = session.Args.GetRequiredValue(one);
            var file = ProfileCommand.File(session);
            var gone = ProfileCommand.Find(file.Read(), name, file);
            Confirmation.Ask(session, yes, $"The profile '{name}' and its token are forgotten.");
            await file.ChangeAsync(
                document =>
                {
                    var left = new SortedDictionary<string, Profile>(document.Profiles);
                    left.Remove(name);
                    return document with { Current = document.Current == name ? null : document.Current, Profiles = left };
                },
                session.Host.Time,
                session.Cancel);
            session.Output.Line(ShownProfile.Of(name, gone.WithoutToken(), current: null), $"The profile '{name}' is forgotten.");
        });
    }
}
