using System.CommandLine;

namespace Orrery.Cli;

/// <summary><c>mlops approvals withdraw</c>, <c>revoke</c> and <c>comment</c>.</summary>
internal static class ApprovalsEnd
{
    public static Command CreateWithdraw()
    {
        var (id, reason) = (Verb.Argument("approval", "Its id"), Verb.Text("--reason", "Why", "text"));
        return new Command("withdraw", "Take your own request back.") { id, reason }.Example("mlops approvals withdraw 0198a2c4d5e67f8091a2b3c4d5e6f708 --reason \"Version 4 comes instead\"")
            .Does(async session =>
            {
                ApprovalText.Show(session, await session.Client.Approvals.WithdrawAsync(session.Args.GetRequiredValue(id), session.Args.GetValue(reason), session.Cancel));
            });
    }

    public static Command CreateRevoke()
    {
        var id = Verb.Argument("approval", "Its id");
        var reason = new Option<string>("--reason") { Description = "Why", HelpName = "text", Required = true };
        return new Command("revoke", "End an approval that stands, and the traffic under it.") { id, reason }
            .Asks(session => $"The approval {session.Args.GetValue(id)} ends, and the traffic of the version under it.")
            .Example("mlops approvals revoke 0198a2c4d5e67f8091a2b3c4d5e6f708 --reason \"It refuses everybody of one town\" --yes").Does(async session =>
            {
                ApprovalText.Show(session, await session.Client.Approvals.RevokeAsync(session.Args.GetRequiredValue(id), session.Args.GetRequiredValue(reason), session.Cancel));
            });
    }

    public static Command CreateComment()
    {
        var (id, text) = (Verb.Argument("approval", "Its id"), Verb.Argument("text", "What to say"));
        return new Command("comment", "Say something about an approval.") { id, text }.Example("mlops approvals comment 0198a2c4d5e67f8091a2b3c4d5e6f708 \"The card's limits are out of date\"")
            .Does(async session =>
            {
                ApprovalText.Show(session, await session.Client.Approvals.CommentAsync(session.Args.GetRequiredValue(id), session.Args.GetRequiredValue(text), session.Cancel));
            });
    }
}
