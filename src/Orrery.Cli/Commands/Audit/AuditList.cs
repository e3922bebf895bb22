using System.CommandLine;
using System.Globalization;

namespace Orrery.Cli;

/// <summary><c>mlops audit list</c>.</summary>
internal static class AuditList
{
    public static Command Create()
    {
        var listing = new Listing();
        var actor = Verb.Text("--actor", "Only what this person or service account did", "name or id");
        var action = Verb.Text("--action", "Only this, for instance run.create", "action");
        var kind = Verb.Text("--object-kind", "Only what was done to this kind of object", "kind");
        var item = Verb.Text("--object", "Only what was done to this object", "id");
        var since = Verb.Text("--since", "Only at this time or later, for instance 2026-11-21T10:00:00Z", "time");
        var until = Verb.Text("--until", "Only before this time", "time");
        return listing.AddTo(new("list", "List entries, newest first.") { actor, action, kind, item, since, until }, search: false).Does(async session =>
        {
            var page = await session.Client.Audit.ListPageAsync(
                new(session.Args.GetValue(actor), session.Args.GetValue(action), session.Args.GetValue(kind), session.Args.GetValue(item),
                    Time(session.Args.GetValue(since), "--since"), Time(session.Args.GetValue(until), "--until")),
                Math.Min(listing.Limit(session), 1000),
                listing.Token(session),
                session.Cancel);
            session.Output.List(
                page,
                page.Entries,
                page.NextPageToken,
                ("ENTRY", entry => entry.EntryId),
                ("SEQ", entry => entry.Seq.ToString(CultureInfo.InvariantCulture)),
                ("AT", entry => Printable.Time(entry.At)),
                ("ACTION", entry => entry.Action),
                ("OBJECT", entry => entry.ObjectId),
                ("OUTCOME", entry => entry.Reason ?? entry.Outcome),
                ("BY", entry => entry.Name ?? entry.Actor));
        });
    }

    private static DateTimeOffset? Time(string? text, string option)
    {
        if (text is null)
            return null;
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time
            : throw new UsageException($"'{text}' is not a time, as {option} needs it: 2026-11-21T10:00:00Z.");
    }
}
