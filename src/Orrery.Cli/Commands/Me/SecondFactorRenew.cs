using System.CommandLine;

namespace Orrery.Cli;

/// <summary><c>mlops me second-factor recovery-codes</c>.</summary>
internal static class SecondFactorRenew
{
    public static Command Create()
    {
        var (code, file) = (Code(), PasswordInput.Option());
        return new Command("recovery-codes", "Make ten new recovery codes; all others end.") { code, file }.Does(async session =>
        {
            var password = await PasswordInput.ReadPresentAsync(session, file);
            SecondFactorConfirm.Show(
                session,
                await session.Client.Identity.ReplaceRecoveryCodesAsync(new() { Password = password, Code = session.Args.GetRequiredValue(code) }, session.Cancel));
        });
    }

    /// <summary>A code is good once, so that it may stand on a command line.</summary>
    public static Option<string> Code() =>
        new("--code") { Description = "Six digits of the authenticator, or a recovery code", HelpName = "code", Required = true };
}
