using System.CommandLine;

namespace Orrery.Cli;

/// <summary><c>mlops profile show</c>.</summary>
internal static class ProfileShow
{
    public static Command Create()
    {
        var name = new Argument<string?>("profile") { Description = "Name of the profile; the one in use without", Arity = ArgumentArity.ZeroOrOne };
        return new Command("show", "Show a profile; never its secret.") { name }.Example("mlops profile show production").Does(session =>
        {
            var file = ProfileCommand.File(session);
            var document = file.Read();
            var wanted = session.Args.GetValue(name) ?? Connection.NameToMake(session.Args, session.Host);
            ProfileCommand.Show(session, ShownProfile.Of(wanted, ProfileCommand.Find(document, wanted, file), document.Current));
            return Task.CompletedTask;
        });
    }
}
