using System.CommandLine;

namespace Orrery.Cli;

/// <summary><c>mlops admin init</c>.</summary>
internal static class AdminInit
{
    public static Command Create()
    {
        var name = new Option<string>("--name") { Description = "What the administrator signs in with", HelpName = "name", Required = true };
        var file = PasswordInput.Option();
        return new Command("init", "Make the first administrator and turn identity on.") { name, file }.Does(async session =>
        {
            var admin = await session.Client.Identity.InitAdminAsync(
                new() { Name = session.Args.GetRequiredValue(name), Password = await PasswordInput.ReadNewAsync(session, file) }, session.Cancel);
            session.Output.Line(admin, $"Made the administrator {admin.Name} ({admin.PrincipalId}). Identity is on: every call now needs a name.");
        });
    }
}
