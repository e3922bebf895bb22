using System.CommandLine;
using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary><c>mlops audit hold</c>.</summary>
internal static class AuditHolds
{
    public static Command Create()
    {
        var set = Verb.Flag("--set", "Keep the workspace's entries however old");
        var lift = Verb.Flag("--lift", "Let retention remove them again");
        var reason = Verb.Text("--reason", "Why, for instance a case's number", "text");
        return new Command("hold", "Show, set or lift the legal hold of the workspace.") { set, lift, reason }.Does(async session =>
        {
            var (wanted, lifted) = (session.Args.GetValue(set), session.Args.GetValue(lift));
            if (wanted && lifted)
                throw new UsageException("--set and --lift exclude each other.");
            var hold = wanted || lifted
                ? await session.Client.Audit.SetHoldAsync(new AuditHold { Held = wanted, Reason = session.Args.GetValue(reason) }, session.Cancel)
                : await session.Client.Audit.GetHoldAsync(session.Cancel);
            session.Output.Line(hold, hold.Held ? $"Held{(hold.Reason is { } why ? ": " + why : "")}." : "Not held.");
        });
    }
}
