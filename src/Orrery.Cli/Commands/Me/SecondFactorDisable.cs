using System.CommandLine;

namespace Orrery.Cli;

/// <summary><c>mlops me second-factor disable</c>.</summary>
internal static class SecondFactorDisable
{
    public static Command Create()
    {
        var (code, file) = (SecondFactorRenew.Code(), PasswordInput.Option());
        return new Command("disable", "Remove your second factor.") { code, file }.Does(async session =>
        {
            var password = await PasswordInput.ReadPresentAsync(session, file);
            var status = await session.Client.Identity.RemoveSecondFactorAsync(
                new() { Password = password, Code = session.Args.GetRequiredValue(code) }, session.Cancel);
            session.Output.Line(status, "You have no second factor any more.");
        });
    }
}
