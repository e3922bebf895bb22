using System.CommandLine;
using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary><c>mlops me second-factor confirm</c>.</summary>
internal static class SecondFactorConfirm
{
    public static Command Create()
    {
        var code = Verb.Argument("code", "The six digits that the authenticator shows");
        return new Command("confirm", "Make what was begun a factor. Shows ten recovery codes, this once.") { code }.Does(session =>
            ConfirmAsync(session, session.Args.GetRequiredValue(code)));
    }

    public static async Task ConfirmAsync(Session session, string code)
    {
        Show(session, await session.Client.Identity.ConfirmSecondFactorAsync(new() { Code = code }, session.Cancel));
        session.Output.Remark("From now on your password alone signs in nowhere: make tokens with ORRERY_CODE=CODE mlops tokens create NAME.");
    }

    public static void Show(Session session, RecoveryCodes codes)
    {
        session.Output.Line(codes, string.Join(' ', codes.Codes));
        session.Output.Remark("Each of these recovery codes signs in once when the authenticator is lost. Keep them elsewhere; they are not shown again.");
    }
}
