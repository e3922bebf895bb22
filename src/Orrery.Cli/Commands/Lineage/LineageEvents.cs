using System.CommandLine;
using System.Text.Json;

namespace Orrery.Cli;

/// <summary><c>mlops lineage events</c>.</summary>
internal static class LineageEvents
{
    public static Command Create()
    {
        var listing = new Listing();
        var after = Verb.Text("--after", "Only those that came after this time, as 2026-11-22T10:00:00Z", "time");
        var before = Verb.Text("--before", "Only those that came before this time", "time");
        var command = listing.AddTo(new("events", "List OpenLineage events as they came, newest first.") { after, before }, search: false);
        return command.Example("mlops lineage events --after 2026-11-01").Does(async session =>
        {
            var page = await session.Client.Lineage.ListEventsAsync(
                Time(session, after),
                Time(session, before),
                listing.PageLimit(session),
                listing.Token(session),
                session.Cancel);
            session.Output.List(
                page,
                page.Events,
                page.NextPageToken,
                ("AT", static one => Part(one, "eventTime")),
                ("TYPE", static one => Part(one, "eventType")),
                ("JOB", static one => Part(one, "job", "name")),
                ("RUN", static one => Part(one, "run", "runId")));
        });
    }

    private static DateTimeOffset? Time(Session session, Option<string?> option) =>
        RegisterArguments.Time(session.Args.GetValue(option), option.Name) is { } time ? DateTimeOffset.FromUnixTimeMilliseconds(time) : null;

    private static string? Part(JsonElement at, params string[] names)
    {
        foreach (var name in names)
        {
            if (at.ValueKind is not JsonValueKind.Object || !at.TryGetProperty(name, out at))
                return null;
        }

        return at.ToString();
    }
}
