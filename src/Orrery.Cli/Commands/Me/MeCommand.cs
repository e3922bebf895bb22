using System.CommandLine;

namespace Orrery.Cli;

/// <summary><c>mlops me</c>.</summary>
internal static class MeCommand
{
    public static Command Create() => new("me", "Your own password and second factor.")
    {
        Password(),
        new Command("second-factor", "Codes of an authenticator, which sign in needs beside the password.")
        {
            SecondFactorEnable.Create(),
            SecondFactorConfirm.Create(),
            SecondFactorRenew.Create(),
            SecondFactorDisable.Create(),
            SecondFactorStatusVerb.Create(),
        },
    };

    private static Command Password()
    {
        var file = PasswordInput.Option();
        var next = Verb.Text("--new-password-file", "File with the new password; asked for on a terminal without", "file");
        return new Command("password", "Change your password and end your sessions.") { file, next }.Does(async session =>
        {
            var current = await PasswordInput.ReadPresentAsync(session, file);
            await session.Client.Identity.SetOwnPasswordAsync(
                new() { Current = current, Password = await PasswordInput.ReadNewAsync(session, next) }, session.Cancel);
            session.Output.Done("me", "password", "Your password is changed.");
        });
    }
}
