using System.CommandLine;

namespace Orrery.Cli;

/// <summary><c>mlops approvals delegate</c>, <c>delegations</c> and <c>undelegate</c>.</summary>
internal static class ApprovalsDelegate
{
    private static readonly TimeSpan Fortnight = TimeSpan.FromDays(14);

    public static Command Create()
    {
        var role = Verb.Argument("role", "A role that you hold, such as manager");
        var to = new Option<string>("--to") { Description = "Name of the person who may decide in your place", HelpName = "name", Required = true };
        var from = new Option<DateTimeOffset?>("--from") { Description = "Since when [default: now]", HelpName = "time" };
        var until = new Option<DateTimeOffset?>("--until") { Description = "Until when, 90 days after the start at the latest [default: 14 days]", HelpName = "time" };
        var reason = Verb.Text("--reason", "Why; kept with the delegation", "text");
        return new Command("delegate", "Let another person decide in a role of yours for a time.") { role, to, from, until, reason }
            .Example("mlops approvals delegate manager --to mia --until 2026-12-31 --reason \"on leave\"").Does(async session =>
            {
                var starts = session.Args.GetValue(from);
                var given = await session.Client.Approvals.DelegateAsync(
                    new()
                    {
                        Role = session.Args.GetRequiredValue(role),
                        To = session.Args.GetRequiredValue(to),
                        StartsAt = starts,
                        EndsAt = session.Args.GetValue(until) ?? (starts ?? TimeProvider.System.GetUtcNow()) + Fortnight,
                        Reason = session.Args.GetValue(reason),
                    },
                    session.Cancel);
                session.Output.Line(given, $"{given.To} may decide as {given.Role} for {given.From} until {Printable.Time(given.EndsAt)}. To take it back: mlops approvals undelegate {given.Id}");
            });
    }

    public static Command CreateList()
    {
        var listing = new Listing();
        return listing.AddTo(new Command("delegations", "List who may decide for whom, newest first."), search: false).Example("mlops approvals delegations").Does(async session =>
        {
            var page = await session.Client.Approvals.ListDelegationsAsync(Math.Min(listing.Limit(session), 1000), listing.Token(session), session.Cancel);
            session.Output.List(
                page,
                page.Delegations,
                page.NextPageToken,
                ("ID", static one => one.Id),
                ("ROLE", static one => one.Role),
                ("OF", static one => one.From),
                ("DECIDES", static one => one.To),
                ("SINCE", static one => Printable.Time(one.StartsAt)),
                ("UNTIL", static one => Printable.Time(one.EndsAt)),
                ("TAKEN BACK", static one => one.RevokedAt is { } at ? Printable.Time(at) : "-"),
                ("REASON", static one => one.Reason ?? ""));
        });
    }

    public static Command CreateEnd()
    {
        var id = Verb.Argument("id", "The delegation");
        return new Command("undelegate", "Take a delegation back.") { id }.Example("mlops approvals undelegate 0198a2c4d5e67f8091a2b3c4d5e6f708").Does(async session =>
        {
            var ended = session.Args.GetRequiredValue(id);
            await session.Client.Approvals.EndDelegationAsync(ended, session.Cancel);
            session.Output.Done(ended, "ended", $"The delegation {ended} is taken back.");
        });
    }
}
