using System.CommandLine;

namespace Orrery.Cli;

/// <summary><c>mlops me second-factor enable</c>.</summary>
internal static class SecondFactorEnable
{
    public static Command Create()
    {
        var file = PasswordInput.Option();
        return new Command("enable", "Begin a second factor: tells what your authenticator is to know.") { file }.Does(async session =>
        {
            var setup = await session.Client.Identity.BeginSecondFactorAsync(
                new() { Password = await PasswordInput.ReadPresentAsync(session, file) }, session.Cancel);
            session.Output.Details(setup, ("Secret", setup.Secret), ("Address", setup.Uri));
            session.Output.Remark("Give your authenticator the secret, or the address as a QR code. It is not shown again.");
            if (session.Output.IsJson || !PasswordInput.CanAsk(session))
            {
                session.Output.Remark("It is no factor yet: 'mlops me second-factor confirm CODE' with the code that the authenticator shows.");
                return;
            }

            await SecondFactorConfirm.ConfirmAsync(session, PasswordInput.Ask(session, "Code of the authenticator: "));
        });
    }
}
