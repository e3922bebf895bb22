using System.CommandLine;

namespace Orrery.Cli;

/// <summary><c>mlops approvals show</c>.</summary>
internal static class ApprovalsShow
{
    public static Command Create()
    {
        var id = Verb.Argument("approval", "Its id");
        var token = Verb.Flag("--token", "Print the signed token alone");
        return new Command("show", "Show an approval: what is decided on, by whom, and what came of it.") { id, token }
            .Example("mlops approvals show 0198a2c4d5e67f8091a2b3c4d5e6f708").Does(async session =>
            {
                var approval = await session.Client.Approvals.GetAsync(session.Args.GetRequiredValue(id), session.Cancel);
                if (!session.Args.GetValue(token))
                {
                    ApprovalText.Show(session, approval);
                    return ExitCodes.Ok;
                }

                session.Output.Line(approval, approval.Token ?? "");
                return approval.Token is null ? ExitCodes.Failed : ExitCodes.Ok;
            });
    }
}
