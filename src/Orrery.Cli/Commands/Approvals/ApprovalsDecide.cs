using System.CommandLine;
using System.Globalization;
using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary><c>mlops approvals approve</c> and <c>mlops approvals reject</c>.</summary>
internal static class ApprovalsDecide
{
    public static Command CreateApprove()
    {
        var (id, role, comment) = (Verb.Argument("approval", "Its id"), Verb.Text("--role", "The role to decide in, for who holds several", "name"), Verb.Text("--comment", "What to say", "text"));
        var conditions = Verb.Texts("--condition", "What must be done afterwards, by whom and until when; may be given again", "text;owner;2026-12-31");
        return new Command("approve", "Approve in the seat of a role that you hold.") { id, role, comment, conditions }
            .Example("mlops approvals approve 0198a2c4d5e67f8091a2b3c4d5e6f708 --role manager --condition \"Watch the branch in Lyon;ann;2026-12-31\"")
            .Does(async session => ApprovalText.Show(session, await session.Client.Approvals.DecideAsync(
                session.Args.GetRequiredValue(id),
                new() { Decision = "approve", Role = session.Args.GetValue(role), Comment = session.Args.GetValue(comment), Conditions = [.. session.Args.GetValue(conditions)!.Select(Condition)] },
                session.Cancel)));
    }

    public static Command CreateReject()
    {
        var (id, role) = (Verb.Argument("approval", "Its id"), Verb.Text("--role", "The role to decide in, for who holds several", "name"));
        var comment = new Option<string>("--reason") { Description = "Why", HelpName = "text", Required = true };
        return new Command("reject", "Reject, for good: a new request may follow.") { id, role, comment }
            .Example("mlops approvals reject 0198a2c4d5e67f8091a2b3c4d5e6f708 --reason \"It was not tried on the new branches\"")
            .Does(async session =>
            {
                ApprovalText.Show(session, await session.Client.Approvals.DecideAsync(
                    session.Args.GetRequiredValue(id), new() { Decision = "reject", Role = session.Args.GetValue(role), Comment = session.Args.GetRequiredValue(comment) }, session.Cancel));
            });
    }

    private static ApprovalCondition Condition(string text) =>
        text.Split(';', StringSplitOptions.TrimEntries) is [{ Length: > 0 } what, { Length: > 0 } owner, var due]
        && DateTimeOffset.TryParse(due, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
            ? new() { Text = what, Owner = owner, DueAt = at }
            : throw new UsageException($"'{text}' is no condition: what, owner and date with semicolons between, as \"Watch Lyon;ann;2026-12-31\".");
}
